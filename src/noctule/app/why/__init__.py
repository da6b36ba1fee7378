"""Why there was a trade, or none: the ledger of verdicts, told to a person."""
