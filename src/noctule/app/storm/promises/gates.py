"""What was said of an entry as it was let through has to speak for it."""

import re
from collections.abc import Callable, Mapping
from operator import le, lt
from typing import Final

from msgspec import Struct
from typing_extensions import override

from noctule.app.storm.scene import Rule
from noctule.domain.events.base import Event
from noctule.domain.events.order import TradingAuthorized

__all__ = ["GatesSpeakForEntries"]


class _Numbers(Struct, frozen=True):
    """Two numbers of a sentence, and how the first has to be to the second."""

    form: re.Pattern[str]
    fits: Callable[[float, float], bool] = le


_NUMBERS: Final[Mapping[str, _Numbers]] = {
    "max_positions": _Numbers(re.compile(r"(\S+) of (\S+) positions"), lt),
    "order_rate": _Numbers(re.compile(r"(\S+) of (\S+) entries"), lt),
    "stale_data": _Numbers(re.compile(r"last heard of (\S+) ms ago, at most (\S+)")),
    "clock_offset": _Numbers(re.compile(r"differ by -?(\S+) ms, at most (\S+)")),
    "spread": _Numbers(re.compile(r"is (\S+) %, at most (\S+) %")),
    "price_band": _Numbers(re.compile(r"(\S+) % apart, at most (\S+) %")),
    "daily_loss": _Numbers(re.compile(r"lost (\S+) %, at most (\S+) %")),
    "drawdown": _Numbers(re.compile(r"is (\S+) % below its peak, at most (\S+) %")),
    "correlation": _Numbers(re.compile(r"moves (\S+) with \S+, at most (\S+)")),
    "loss": _Numbers(re.compile(r"^(\S+) of (\S+) if the stop")),
}
_WORDS: Final[Mapping[str, str]] = {
    "symbol_status": " is TRADING",
    "foreign": "everything here is ours",
    "position": "nothing is held",
    "duplicate": " is new",
    "before_start": " after the start",
    "room": "there is room",
}
_NOT_KNOWN: Final = ("not known", "nothing is heard")


class GatesSpeakForEntries(Rule):
    """Each gate's own words say that the entry may pass, with numbers that agree."""

    name = "gates speak for entries"

    @override
    def heard(self, event: Event) -> None:
        if not isinstance(event, TradingAuthorized):
            return
        for check, text in event.gates.items():
            if not _speaks_for(check, text):
                self.broken(f"{event.symbol} was let through though {check}: {text}")


def _speaks_for(check: str, text: str) -> bool:
    if check in _WORDS:
        return _WORDS[check] in text
    numbers = _NUMBERS.get(check)
    if numbers is None:
        return True
    found = numbers.form.search(text)
    if found is None:
        return not any(words in text for words in _NOT_KNOWN)
    return numbers.fits(float(found[1]), float(found[2]))
