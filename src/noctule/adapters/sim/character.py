"""What each generated symbol is like: where its price began, how it moves, how busy it is."""

from typing import Final

from msgspec import Struct

__all__ = ["Character", "character_of"]


class Character(Struct, frozen=True, kw_only=True):
    """One symbol of the generated market."""

    price: float  # where it begins, and to which over months it comes back
    volatility: float  # of an ordinary minute, as a share of the price
    kinship: float  # correlation with what moves the whole market
    trades: float  # in an ordinary minute
    minute_quote: float  # worth traded in an ordinary minute


_CHARACTERS: Final = {
    "BTCUSDT": Character(
        price=64_000, volatility=0.00045, kinship=0.92, trades=1_800, minute_quote=8e6
    ),
    "ETHUSDT": Character(
        price=3_200, volatility=0.00055, kinship=0.90, trades=1_200, minute_quote=4e6
    ),
    "SOLUSDT": Character(
        price=150, volatility=0.00075, kinship=0.84, trades=700, minute_quote=1.2e6
    ),
    "LTCUSDT": Character(price=85, volatility=0.0006, kinship=0.80, trades=150, minute_quote=2e5),
    "DOGEUSDT": Character(
        price=0.12, volatility=0.0008, kinship=0.80, trades=400, minute_quote=5e5
    ),
    "XRPUSDT": Character(price=0.55, volatility=0.0007, kinship=0.78, trades=400, minute_quote=5e5),
    "BNBUSDT": Character(price=580, volatility=0.0005, kinship=0.82, trades=300, minute_quote=4e5),
    "THINUSDT": Character(price=2.5, volatility=0.001, kinship=0.4, trades=0.8, minute_quote=150),
    "FASTUSDT": Character(price=0.4, volatility=0.0012, kinship=0.6, trades=40, minute_quote=3e4),
}
_ANY: Final = Character(price=1, volatility=0.0008, kinship=0.7, trades=60, minute_quote=4e4)


def character_of(symbol: str) -> Character:
    """Return what a symbol is like; one that is not known is like any other."""
    return _CHARACTERS.get(symbol, _ANY)
