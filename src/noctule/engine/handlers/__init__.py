"""What the three queues do with their events: thin, and full of nouns from the pure packages."""
