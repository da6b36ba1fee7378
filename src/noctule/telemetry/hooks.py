"""Exceptions that nobody caught: Python would print them itself, without redaction."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

__all__ = ["uncaught_told_to"]

# A fixed message, the exception, and where it happened.
Tell = Callable[[str, BaseException, object], None]


@contextmanager
def uncaught_told_to(tell: Tell) -> Iterator[None]:
    """Hand over what ends the program, ends a thread, or comes out of a finalizer."""

    def of_program(
        _kind: type[BaseException], exception: BaseException, _traceback: TracebackType | None
    ) -> None:
        tell("uncaught exception", exception, "program")

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:  # which ends a thread in good order
            name = args.thread.name if args.thread else "thread"
            tell("uncaught exception", args.exc_value or args.exc_type(), name)

    def of_finalizer(args: "sys.UnraisableHookArgs") -> None:
        tell("exception ignored", args.exc_value or args.exc_type(), args.object)

    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    sys.excepthook, threading.excepthook, sys.unraisablehook = of_program, of_thread, of_finalizer
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before
