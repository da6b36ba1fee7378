"""The contracts of a storm: the built-in ones, and as many made up after them as it asks for."""

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, Decimal
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.rules_book import default_rules
from noctule.app.storm.story import Shock, ShockKind, Story

__all__ = ["SYMBOLS", "ContractChange", "contract_changes", "contracts", "first_price"]

_PRICES: Final = {
    "BTCUSDT": 60_000.0,
    "ETHUSDT": 3_000.0,
    "SOLUSDT": 150.0,
    "LTCUSDT": 90.0,
    "DOGEUSDT": 0.2,
    "XRPUSDT": 2.5,
    "BNBUSDT": 800.0,
    "THINUSDT": 12.0,
    "FASTUSDT": 1.5,
}
_COINS: Final = 41
_MODELS: Final = ("LTCUSDT", "DOGEUSDT", "XRPUSDT", "BNBUSDT", "SOLUSDT")
_TEN: Final = Decimal(10)

SYMBOLS: Final = (*_PRICES, *(f"COIN{number:02}USDT" for number in range(1, _COINS + 1)))


class ContractChange(Struct, frozen=True, kw_only=True):
    """What a contract is from some time after the opening on."""

    at_ms: int
    rules: Rules


def contracts(story: Story) -> tuple[Rules, ...]:
    """Return what may be traded at the opening; what is listed later is not open yet."""
    listed_later = {each.symbol for each in story.shocks if each.kind is ShockKind.LISTED}
    built_in = {each.symbol: each for each in default_rules()}
    rules = (built_in.get(symbol) or _coin(symbol, built_in) for symbol in story.symbols)
    return tuple(
        replace(each, status="PENDING_TRADING") if each.symbol in listed_later else each
        for each in rules
    )


def contract_changes(story: Story) -> Sequence[ContractChange]:
    """Return in order what the shocks change of the contracts, which no event of a market tells."""
    rules = {each.symbol: each for each in contracts(story)}
    edges = [
        edge
        for shock in story.shocks
        if shock.symbol in rules
        for edge in _edges(story.seed, shock)
    ]
    changes = []
    for at_ms, symbol, change in sorted(edges, key=lambda edge: edge[0]):
        rules[symbol] = change(rules[symbol])
        changes.append(ContractChange(at_ms=at_ms, rules=rules[symbol]))
    return tuple(changes)


def first_price(symbol: str) -> float:
    """Return what a contract trades at when its market begins."""
    if symbol in _PRICES:
        return _PRICES[symbol]
    number = _number(symbol)
    return _PRICES[_MODELS[number % len(_MODELS)]] * (1 + number / 100)


_Edge = tuple[int, str, Callable[[Rules], Rules]]


def _edges(seed: int, shock: Shock) -> list[_Edge]:
    """Return when a shock changes its contract, and how."""
    at_ms, symbol = shock.at_ms, shock.symbol
    match shock.kind:
        case ShockKind.LISTED:
            return [(at_ms, symbol, _opened)]
        case ShockKind.DELISTED:
            return [(at_ms, symbol, _closed), (at_ms + shock.for_ms, symbol, _opened)]
        case ShockKind.RULES:
            random = Random(f"{seed} {symbol} {at_ms} rules")  # noqa: S311  # a seeded market
            return [(at_ms, symbol, random.choice(_REFORMS))]
        case _:
            return []


def _opened(rules: Rules) -> Rules:
    return replace(rules, status="TRADING")


def _closed(rules: Rules) -> Rules:
    return replace(rules, status="SETTLING")


def _coarser_prices(rules: Rules) -> Rules:
    """Let prices have a coarser grid, which starts at the lowest of them."""
    tick = rules.tick * 5
    lowest = (rules.min_price / tick).to_integral_value(ROUND_CEILING) * tick
    return replace(rules, tick=tick, min_price=lowest)


def _finer_quantities(rules: Rules) -> Rules:
    finer = {
        name: getattr(rules, name) / _TEN
        for name in ("step", "min_qty", "market_step", "market_min_qty")
    }
    return replace(rules, quantity_precision=rules.quantity_precision + 1, **finer)


def _larger_orders(rules: Rules) -> Rules:
    return replace(rules, min_notional=rules.min_notional * 4)


_REFORMS: Final = (_coarser_prices, _finer_quantities, _larger_orders)


def _coin(symbol: str, built_in: dict[str, Rules]) -> Rules:
    model = built_in[_MODELS[_number(symbol) % len(_MODELS)]]
    return replace(model, symbol=symbol, base_asset=symbol.removesuffix("USDT"))


def _number(symbol: str) -> int:
    return int(symbol.removeprefix("COIN").removesuffix("USDT"))
