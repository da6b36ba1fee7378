"""A recorded run, run again: the same parts, the same order, no exchange."""
