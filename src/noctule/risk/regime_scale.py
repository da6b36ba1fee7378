"""How much of the usual risk is taken in each regime, as the owner wrote it."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator

from noctule.domain.regime import Regime

__all__ = ["RegimeScale", "share_in"]

_SHARE: Final = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")
_SHOWN_MAX: Final = 60
_WHOLE: Final = Decimal(1)


def _each_names_a_regime_and_a_share(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Return them all written the same way; a share above 1 would let a regime add risk."""
    shares: dict[str, str] = {}
    for entry in entries:
        regime, colon, share = (part.strip() for part in entry.partition(":"))
        if not (regime and colon and share):
            shown = entry[:_SHOWN_MAX]
            raise ValueError(f"{shown!r} is not regime: share, write e.g. high_volatility: 0.5")
        if regime not in [*Regime]:
            what = f"{regime[:_SHOWN_MAX]!r} is not a regime"
            raise ValueError(f"{what}, write one of {', '.join(Regime)}")
        if not _SHARE.fullmatch(share):
            what = f"{share[:_SHOWN_MAX]!r} is not a share of the risk for {regime}"
            raise ValueError(f"{what}, write 0 (no entries) to 1, e.g. 0.5")
        if regime in shares:
            raise ValueError(f"{regime} is listed twice, keep one")
        shares[regime] = share
    return tuple(f"{regime}: {share}" for regime, share in shares.items())


RegimeScale = Annotated[tuple[str, ...], AfterValidator(_each_names_a_regime_and_a_share)]


def share_in(regime: Regime | None, scale: Sequence[str]) -> Decimal:
    """Return the share of risk_per_trade that is taken in a regime; 0 is no entry.

    A regime that is not listed takes all of it. One that is not known yet may be any of them, and
    takes the least that any takes.
    """
    shares = {name: Decimal(share) for name, _, share in (each.partition(": ") for each in scale)}
    if regime is None:
        return min(shares.values(), default=_WHOLE)
    return shares.get(regime, _WHOLE)
