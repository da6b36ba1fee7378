"""Our book beside the venue's, pure: what a start finds, what is to be done, what differs."""
