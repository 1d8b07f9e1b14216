"""The words of mails: a module for each kind, a pair of templates (text and HTML) beside those of the pages."""
