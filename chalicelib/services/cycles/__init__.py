"""Use cases on the cycles of a retainer: closing, going live, adjusting hours, reading balances."""
