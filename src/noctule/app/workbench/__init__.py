"""Where an owner writes a strategy and tries it, away from every exchange."""
