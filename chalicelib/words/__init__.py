"""What page, mails, documents and command line say, in each language."""
