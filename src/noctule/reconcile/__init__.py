"""Local book versus venue book, as a pure diff."""
