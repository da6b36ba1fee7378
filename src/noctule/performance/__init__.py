"""What trades amounted to: measured, doubted and told, for a backtest as for a dashboard."""
