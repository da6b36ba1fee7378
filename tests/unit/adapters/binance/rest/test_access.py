"""A key that never worked is fatal; one that did is told about once, and lived through."""

from noctule.adapters.binance.rest.access import Access
from noctule.domain.errors import CredentialsRefused, Severity

REFUSED = CredentialsRefused("Invalid API-key, IP, or permissions for action.", code=-2015)


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_access_refused(self, code: int, message: str) -> None:
        self.heard.append(f"{code}: {message}")

    def on_access_restored(self) -> None:
        self.heard.append("restored")


def test_a_key_that_never_worked_ends_the_program() -> None:
    listener = Listener()
    access = Access(listener)
    assert access.refused(REFUSED, trades=False).severity is Severity.FATAL
    assert listener.heard == []


def test_a_key_that_worked_does_not() -> None:
    listener = Listener()
    access = Access(listener)
    access.granted(trades=False)
    raised = access.refused(REFUSED, trades=False)

    assert raised.severity is Severity.RECOVERABLE
    assert (raised.code, raised.message) == (REFUSED.code, REFUSED.message)
    assert access.is_refused
    assert listener.heard == ["-2015: Invalid API-key, IP, or permissions for action."]


def test_both_ends_are_told_once() -> None:
    listener = Listener()
    access = Access(listener)
    access.granted(trades=False)
    for _ in range(3):
        access.refused(REFUSED, trades=False)
    for _ in range(3):
        access.granted(trades=False)
    assert listener.heard == [str(REFUSED), "restored"]


def test_what_was_refused_to_an_order_is_given_back_by_an_order() -> None:
    listener = Listener()
    access = Access(listener)
    access.granted(trades=True)
    access.refused(REFUSED, trades=True)
    access.refused(REFUSED, trades=False)
    access.granted(trades=False)
    assert listener.heard == [str(REFUSED)]
    access.granted(trades=True)
    assert listener.heard == [str(REFUSED), "restored"]


def test_nobody_has_to_listen() -> None:
    access = Access()
    access.granted(trades=True)
    access.refused(REFUSED, trades=True)
    access.granted(trades=True)
    assert not access.is_refused
