"""What the bot promises, each promise a rule that watches a storm."""
