"""Derived names: the same cause has the same id in every process, live and in replay.

A client order id reads ``noc-AAAAAA-MMMMMMTLN-CCCCCCCC`` (29 characters of 36 allowed):
account tag, candle close in minutes, timeframe, leg, attempt, and check characters over all
of these together with account, strategy and symbol. Everything but the strategy and symbol
can be read back from the text; for those the check tells whether a guess is right. A restarted
process can therefore name every order the dead one may have sent, and ask for it.
"""

import hashlib
import re
from functools import lru_cache
from typing import Final

from noctule.domain.order import ClientOrderId, Leg, OrderKey
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe

__all__ = [
    "ATTEMPTS_MAX",
    "account_tag",
    "belongs_to_account",
    "candle_of",
    "candle_trace",
    "client_order_id",
    "is_ours",
    "parse_client_order_id",
    "trace_of",
]

ATTEMPTS_MAX: Final = 36

_PREFIX = "noc-"
_TAG_LENGTH = 6
_MINUTES_LENGTH = 6  # base 36: enough until the year 6100
_CHECK_LENGTH = 8
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS = [tens + ones for tens in _DIGITS for ones in _DIGITS]
_PAIRS_MAX = len(_PAIRS)
_TIMEFRAME_LETTERS = dict(zip(Timeframe, "abcdefghijklmno", strict=True))  # never renumbered
_TIMEFRAMES = {timeframe.value: timeframe for timeframe in Timeframe}
_LETTER_TIMEFRAMES = {letter: timeframe for timeframe, letter in _TIMEFRAME_LETTERS.items()}

_LEGS = {leg.value: leg for leg in Leg}
_LEG_LETTERS = {leg: letter for letter, leg in _LEGS.items()}
_POWERS = [len(_DIGITS) ** width for width in range(_CHECK_LENGTH + 1)]
_FORM = re.compile(
    f"{_PREFIX}[{_DIGITS}]{{{_TAG_LENGTH}}}-([{_DIGITS}]{{{_MINUTES_LENGTH}}})"
    f"([{''.join(_LETTER_TIMEFRAMES)}])([{''.join(_LEGS)}])([{_DIGITS}])"
    f"-[{_DIGITS}]{{{_CHECK_LENGTH}}}"
)


def account_tag(identity: str) -> str:
    """Return the tag that marks an account's orders; identity is the API key, or sim's seed."""
    return _digest(f"account|{identity}", _TAG_LENGTH)


def client_order_id(*, account: str, strategy: str, symbol: Symbol, key: OrderKey) -> ClientOrderId:
    """Derive the id of one order of ours."""
    assert len(account) == _TAG_LENGTH, f"account tag is {account!r}"
    assert 0 <= key.attempt < ATTEMPTS_MAX, f"attempt {key.attempt} of {ATTEMPTS_MAX}"
    assert (key.close_ms + 1) % MINUTE_MS == 0, f"no candle closes at {key.close_ms}"
    minutes = _minutes((key.close_ms + 1) // MINUTE_MS)
    letter = _TIMEFRAME_LETTERS[key.timeframe]
    stem = f"{_PREFIX}{account}-{minutes}{letter}{_LEG_LETTERS[key.leg]}{_DIGITS[key.attempt]}"
    return ClientOrderId(f"{stem}-{_check(stem, strategy, symbol)}")


def parse_client_order_id(text: str) -> OrderKey | None:
    """Read an id back to its cause; None when it is not of our form."""
    form = _FORM.fullmatch(text)
    if form is None:
        return None
    minutes, timeframe, leg, attempt = form.groups()
    return OrderKey(
        close_ms=int(minutes, 36) * MINUTE_MS - 1,
        timeframe=_LETTER_TIMEFRAMES[timeframe],
        leg=_LEGS[leg],
        attempt=_DIGITS.index(attempt),
    )


def belongs_to_account(text: str, account: str) -> bool:
    """Tell whether an id was made for this account, whatever the strategy; enough to adopt by."""
    return parse_client_order_id(text) is not None and text[4:10] == account


def is_ours(text: str, *, account: str, strategy: str, symbol: Symbol) -> bool:
    """Tell whether an id was derived for this account, strategy and symbol."""
    stem, check = text[:20], text[21:]
    return belongs_to_account(text, account) and check == _check(stem, strategy, symbol)


def candle_trace(symbol: Symbol, timeframe: Timeframe, close_ms: int) -> str:
    """Name the thread that leads from one candle to its last fill."""
    return f"{symbol}:" + timeframe + f":{(close_ms + 1) // MINUTE_MS}"


def candle_of(trace: str) -> tuple[Symbol, Timeframe, int] | None:
    """Return the symbol, timeframe and close of the candle that a thread begins with."""
    symbol, timeframe, minutes = (*trace.split(":"), "", "")[:3]
    if timeframe not in _TIMEFRAMES or not (minutes.isascii() and minutes.isdecimal()):
        return None
    return Symbol(symbol), _TIMEFRAMES[timeframe], int(minutes) * MINUTE_MS - 1


def trace_of(cause: str, at_ms: int) -> str:
    """Name the thread of something that no candle caused, e.g. a command or a start."""
    return f"{cause}:{at_ms}"


@lru_cache(maxsize=1_000)  # a bracket's orders have one minute
def _minutes(number: int) -> str:
    return _base36(number, _MINUTES_LENGTH)


def _check(stem: str, strategy: str, symbol: Symbol) -> str:
    return _digest(f"{stem}|{strategy}|{symbol}", _CHECK_LENGTH)


def _digest(text: str, length: int) -> str:
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")
    return _base36(number % _POWERS[length], length)


def _base36(number: int, width: int) -> str:
    assert 0 <= number < _POWERS[width], f"{number} does not fit {width} digits"
    digits = ""
    while number:
        number, pair = divmod(number, _PAIRS_MAX)
        digits = _PAIRS[pair] + digits
    return digits.rjust(width, "0")[-width:]
