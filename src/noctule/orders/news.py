"""What a bracket tells beside its steps: facts for the owner, the log and the desk."""

from typing import TypeAlias

from msgspec import Struct

from noctule.domain.values import Price

__all__ = ["Alarmed", "BracketNews", "Moved", "Protected"]


class Protected(Struct, frozen=True, kw_only=True):
    """The stop rests."""

    stop: Price
    target: Price | None
    naked_ms: int


class Moved(Struct, frozen=True, kw_only=True):
    """The stop rests elsewhere, and the old one is gone."""

    stop: Price
    previous_stop: Price
    reason: str


class Alarmed(Struct, frozen=True, kw_only=True):
    """A person should know."""

    text: str
    is_urgent: bool


BracketNews: TypeAlias = Protected | Moved | Alarmed
