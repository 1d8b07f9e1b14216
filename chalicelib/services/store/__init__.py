"""What is stored, and the ports through which it is read and written."""
