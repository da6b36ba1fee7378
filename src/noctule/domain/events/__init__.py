"""Every fact the program can state, by the queue it flows through."""
