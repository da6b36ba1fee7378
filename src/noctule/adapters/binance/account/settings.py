"""How the account is watched: every bound in real milliseconds, so that tests can shrink it."""

from msgspec import Struct

__all__ = ["AccountSettings"]

_MINUTE_MS = 60_000


class AccountSettings(Struct, frozen=True, kw_only=True):
    """The defaults heal a silent stream within 30 s where something is at stake, else within 120.

    An audit costs some 90 of the 2400 of weight a minute, and 5 for each symbol whose trades it
    asks for: those in which something moves, or, in the longer interval, all. A pulse, which costs
    5, asks between them what is held: a position that moved in silence is told within some 4 s,
    and one that was entered in silence within some 11.
    """

    pulse_ms: int = 3_000  # between looks at what is held, with a position or an order open
    flat_pulse_ms: int = 10_000  # without one that was told: an entry of ours may not have been
    exposed_audit_ms: int = 25_000  # between audits with a position or an order open
    flat_audit_ms: int = 110_000
    patience_ms: int = 2_000  # how long a doubt may last before somebody is asked
    doubt_gap_ms: int = 2_000  # between the audits that doubts cause
    proof_ms: int = 5_000  # after REST told it first, the stream has so long to tell it, too
    retry_ms: int = 1_000  # after an audit failed, if the exchange does not ask for longer
    tick_ms: int = 250

    keep_alive_ms: int = 30 * _MINUTE_MS  # a listen key lives for 60 (facts 3)
    keep_alive_retry_ms: int = _MINUTE_MS

    brackets_max: int = 4  # tries to see trades and positions of one moment
    lookups_max: int = 100  # orders asked for one by one in an audit
    frames_max: int = 10_000  # kept until the first snapshot is there
    events_max: int = 50_000  # waiting for a reader; above it frames are left to the next audit
    ids_max: int = 2_000  # trades remembered per symbol, ten times as many between two audits
    orders_max: int = 2_000  # remembered, ended ones first forgotten
