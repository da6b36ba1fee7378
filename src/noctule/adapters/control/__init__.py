"""How the shell speaks to the running daemon."""
