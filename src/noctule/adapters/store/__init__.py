"""What must be remembered, on disk."""
