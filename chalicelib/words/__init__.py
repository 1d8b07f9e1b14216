"""The texts of page, mails, documents and command line, in each language."""
