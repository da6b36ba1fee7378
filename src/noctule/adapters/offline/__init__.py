"""Ports with no exchange behind them: what the bot runs on until one is wired."""
