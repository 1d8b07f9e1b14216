"""Events of AWS to use cases."""
