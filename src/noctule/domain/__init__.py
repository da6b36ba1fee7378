"""The vocabulary: frozen values, facts and errors. Standard library and msgspec only, no I/O."""
