"""What the command line says is wanted, checked before anybody is asked."""

import re
from collections.abc import Sequence

from noctule.app.fetching.dates import span_between
from noctule.app.fetching.plan import series_of
from noctule.app.fetching.running import Order
from noctule.app.fetching.series import Kind
from noctule.config.wording import did_you_mean, shortened
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe

__all__ = ["order_of"]


def order_of(
    symbols: Sequence[str], interval: str, *, from_text: str, to_text: str | None, kinds: set[Kind]
) -> Order:
    """Return what is wanted; raises ConfigError for what cannot be meant."""
    wanted = [_symbol(each) for each in symbols]
    return Order(
        series=series_of(dict.fromkeys(wanted), _timeframe(interval), sorted(kinds)),
        span=span_between(from_text, to_text),
    )


def _symbol(text: str) -> Symbol:
    """Return a symbol as the exchange writes it; it becomes a part of file names."""
    if not re.fullmatch(r"\w+", text):
        raise ConfigError([f"{shortened(text)}: no symbol, write one like BTCUSDT"])
    return Symbol(text.upper())


def _timeframe(text: str) -> Timeframe:
    known = [timeframe.value for timeframe in Timeframe]
    if text not in known:
        raise ConfigError([f"--interval {shortened(text)}: unknown, {did_you_mean(text, known)}"])
    return Timeframe(text)
