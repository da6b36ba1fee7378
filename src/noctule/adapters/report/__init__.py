"""Charts as files that a browser shows: self-contained, and read by people."""
