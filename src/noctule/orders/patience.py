"""How long a bracket waits for what, in real milliseconds, so that tests can shrink it."""

from msgspec import Struct

__all__ = ["Patience"]


class Patience(Struct, frozen=True, kw_only=True):
    """The defaults go with an order time-out of 1 s and a naked limit of 2 s."""

    naked_ms: int = 2_000  # a position may be without a stop for so long
    life_ms: int = 7_000  # after which a request that nobody has seen cannot come any more
    first_question_ms: int = 300  # after an acknowledgement that no trade followed
    question_ms: int = 200  # between questions about a doubt; doubles …
    question_ms_max: int = 2_000  # … up to here
    resting_question_ms: int = 1_000  # a resting entry is asked for: its fill must not be missed
    cancel_ms: int = 500  # a close waits so long for what must be cancelled first
    retry_ms: int = 100  # after a refusal that may pass; doubles …
    retry_ms_max: int = 5_000  # … up to here,
    urgent_ms_max: int = 1_000  # or, of what protects and closes, up to here
    disagreement_ms: int = 300  # the two books may differ for so long before somebody looks
    look_ms: int = 500  # between looks at a symbol that is in doubt
    farewell_ms: int = 15_000  # a flat bracket waits so long for the trades that explain it
    countdown_ms: int = 30_000  # a resting entry lives so long if we die

    @property
    def renewal_ms(self) -> int:
        """Return how often the count-down of a resting entry is renewed."""
        return self.countdown_ms // 3
