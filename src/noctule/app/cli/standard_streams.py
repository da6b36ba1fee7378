"""Standard input, output and error as a program may find them: closed, full, or gone."""

import os
import sys

__all__ = ["drop_standard_output", "mend_standard_streams"]


def mend_standard_streams() -> None:
    """Put /dev/null where a stream is closed.

    The next file to be opened would take its number, and what was meant for the terminal would be
    written into the audit trail.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115  # lives as long as we
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115  # lives as long as we


def drop_standard_output() -> None:
    """Send what is still buffered nowhere, so that leaving does not fail on it again."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
