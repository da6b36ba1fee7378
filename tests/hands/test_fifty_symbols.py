"""Fifty symbols signal on the same candle: each is heard, and the dearest is protected first."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.terms import Terms
from noctule.domain.events.order import AlertRaised
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.signals import Direction
from noctule.orders.patience import Patience
from tests.fakes.hands_exchange import Answered, HandsExchange, hands_exchange
from tests.fakes.hands_home import QUICK
from tests.fakes.hands_life import judge
from tests.fakes.hands_rig import Rig, living_rig
from tests.soak.market_exchange import many_symbols

_COUNT: Final = 50
_RULES: Final = many_symbols(_COUNT)
_BASES: Final = {
    "BTCUSDT": "60000",
    "ETHUSDT": "3000",
    "SOLUSDT": "150",
    "LTCUSDT": "80",
    "DOGEUSDT": "0.15",
    "XRPUSDT": "0.6",
    "BNBUSDT": "600",
    "THINUSDT": "10",
    "FASTUSDT": "1",
}
_PRICES: Final = {
    each.symbol: _BASES.get(each.symbol) or _BASES[_RULES[number % 7].symbol]
    for number, each in enumerate(_RULES)
}
_ROOMY: Final = (
    "risk.max_positions=100",
    "risk.max_total_exposure=100",
    "risk.risk_per_trade=0.001",
    "risk.max_orders_per_minute=1200",
    "risk.max_correlation=1",
    "trading.margin_type=crossed",
    "risk.naked_position_limit_ms=5000",
    "api.order_timeout_ms=4000",  # a busy machine is late, which is no reason for doubts
)
_WEIGHT: Final = 10_000  # a start with fifty symbols takes more than a minute has there
_RARELY_ASKED: Final = replace(QUICK, exposed_audit_ms=25_000, flat_audit_ms=110_000)


@pytest.mark.slow
async def test_every_symbol_is_entered_and_protected_within_the_limits(tmp_path: Path) -> None:
    async with (
        _market_of_fifty(tmp_path, Terms(weight_per_minute=_WEIGHT)) as exchange,
        _bot_of_fifty(exchange, tmp_path) as rig,
    ):
        await _all_signal(rig)
        held = [symbol for symbol in _PRICES if exchange.amount(symbol)]
        assert len(held) == _COUNT, f"{set(_PRICES) - set(held)} were lost"
        judge(rig)
        assert _throttled(exchange) == []
        assert _protected_too_late(exchange) == []


@pytest.mark.slow
async def test_a_narrow_order_limit_costs_entries_and_never_a_stop(tmp_path: Path) -> None:
    terms = Terms(weight_per_minute=_WEIGHT, orders_per_10s=60, orders_per_minute=120)
    async with (
        _market_of_fifty(tmp_path, terms) as exchange,
        _bot_of_fifty(exchange, tmp_path) as rig,
    ):
        await _all_signal(rig)
        held = {symbol for symbol in _PRICES if exchange.amount(symbol)}
        assert held, "nothing was entered at all"
        assert _throttled(exchange) == [], "a limit was run into"
        assert not rig.watch.is_naked
        assert not exchange.leftovers
        assert _told_of(rig) >= set(_PRICES) - held, "a signal was lost without a word"
        assert _protected_too_late(exchange) == []


def _market_of_fifty(home: Path, terms: Terms) -> AbstractAsyncContextManager[HandsExchange]:
    return hands_exchange(home, rules=_RULES, prices=_PRICES, deposit=1_000_000, terms=terms)


def _bot_of_fifty(exchange: HandsExchange, home: Path) -> AbstractAsyncContextManager[Rig]:
    symbols = ", ".join(_PRICES)
    return living_rig(
        exchange, home, *_ROOMY, symbols=symbols, account=_RARELY_ASKED, desk=Patience
    )


async def _all_signal(rig: Rig) -> None:
    for number, (symbol, price) in enumerate(_PRICES.items()):
        far = 0.99 - 0.0018 * number  # the later ones stand farther away, and are smaller
        rig.script(Direction.LONG, stop=float(price) * far, symbol=symbol)
        rig.exchange.trade(price, symbol=symbol)
    await rig.until(lambda: len(rig.events) > _COUNT)
    rig.exchange.close_candle()
    signals = (SignalGenerated,)
    await rig.until(lambda: sum(isinstance(each, signals) for each in rig.events) == _COUNT)
    await rig.settle(within_ms=25_000)  # of the narrow limit one has to wait for another window


def _throttled(exchange: HandsExchange) -> list[Answered]:
    return [each for each in exchange.answered if each.status in (418, 429)]


def _told_of(rig: Rig) -> set[str]:
    """Return whose signal was refused, and of whose entry the owner was told that it stayed."""
    refused = {each.symbol for each in rig.events if isinstance(each, SignalRefused)}
    alerts = [each.text for each in rig.events if isinstance(each, AlertRaised)]
    return refused | {text.partition(":")[0] for text in alerts if "was not sent" in text}


def _protected_too_late(exchange: HandsExchange) -> list[str]:
    """Return every symbol whose stop came after one of a smaller position that was naked later."""
    notional = {
        symbol: abs(exchange.amount(symbol)) * Decimal(price) for symbol, price in _PRICES.items()
    }
    spans = {span.symbol: span for span in reversed(exchange.watch.spans)}
    return [
        f"{dear} after {cheap}"
        for dear, waited in spans.items()
        for cheap, other in spans.items()
        if notional[dear] > 2 * notional[cheap]
        if other.ended_ms is not None
        if waited.ended_ms is not None
        if waited.began_ms < other.began_ms - 50
        if waited.ended_ms > other.ended_ms + 50
    ]
