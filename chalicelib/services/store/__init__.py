"""Stored records, and the ports through which they are read and written."""
