"""How tasks are carried out: a mail is sent, usage is checked, a draft is issued."""
