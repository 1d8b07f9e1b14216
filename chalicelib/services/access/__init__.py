"""Who may do what: people who sign in to the console, their roles and their sessions."""
