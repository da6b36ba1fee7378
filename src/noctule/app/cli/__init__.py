"""The command line: `noctule`, or `python main.py`."""

from noctule.app.cli.program import main

__all__ = ["main"]
