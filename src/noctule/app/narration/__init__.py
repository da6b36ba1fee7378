"""What a person who starts the bot reads on the console."""
