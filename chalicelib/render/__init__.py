"""Renders values as text: templates, spreadsheet cells, JSON."""
