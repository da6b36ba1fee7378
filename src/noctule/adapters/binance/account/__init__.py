"""One story of the account from all who tell of it, each fact once."""
