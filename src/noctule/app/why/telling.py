"""One candle as a person reads it: what was seen, what was said, each gate, and what followed."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from noctule.adapters.store.aftermath import OrderStory, TradeStory
from noctule.app.why.answer import CandleAnswer, VerdictTold
from noctule.domain.figures import figure, share
from noctule.domain.observation import Answer
from noctule.domain.values import plain_text

__all__ = ["told"]

_NAME: Final = 18  # columns of what a line is about


def told(answer: CandleAnswer, *, width: int, marks: tuple[str, str]) -> Iterator[str]:
    """Yield the lines of a candle; the marks stand before a gate that is open, or shut."""
    closed = _time(answer.closed, "%Y-%m-%d %H:%M:%S")
    yield f"{answer.symbol} {answer.timeframe}, the candle that closed {closed} UTC"
    yield from _section("Seen", _seen(answer), width)
    yield from _section("Said", _said(answer), width)
    for verdict in answer.verdicts:
        at = _time(verdict.at, "%H:%M:%S")
        yield from _section(f"Verdict {at}: {verdict.outcome}", _gates(verdict, marks), width)
    yield from _section("Followed", _followed(answer), width)


def _seen(answer: CandleAnswer) -> Iterator[tuple[str, str]]:
    candle = answer.candle
    prices = "  ".join(f"{name} {figure(candle[name])}" for name in ("open", "high", "low"))
    yield "candle", f"{prices}  close {figure(candle['close'])}"
    yield "volume", f"{figure(candle['volume'])} in {candle['trades']:g} trades"
    yield "received", f"{figure(answer.heard_ms)} ms after it closed"
    for name, value in answer.indicators:
        yield name, _value(value)
    if answer.candles < answer.candles_needed:
        yield "warming up", f"{answer.candles} of {answer.candles_needed} candles"
    yield "regime", answer.regime or "not known"
    entered = "" if answer.entry_price is None else f" from {answer.entry_price}"
    yield "position", "flat" if answer.position == "0" else f"{answer.position}{entered}"
    if answer.mark is not None:
        spread = "not known" if answer.spread_share is None else share(answer.spread_share)
        yield "mark price", f"{figure(answer.mark)}, spread {spread}"


def _said(answer: CandleAnswer) -> Iterator[tuple[str, str]]:
    said = answer.said
    if said is None:
        yield answer.strategy, _silence(answer)
        return
    yield answer.strategy, f"{said['direction']}: {said['reason']}"
    for name in ("stop", "target"):
        level = said[name]
        if isinstance(level, float | int):
            away = share((level - answer.candle["close"]) / answer.candle["close"])
            yield name, f"{figure(level)}, {away} away"
    yield "confidence", f"{said['confidence']:g}"
    factors = said["factors"]
    if isinstance(factors, dict) and factors:
        yield "factors", ", ".join(f"{name} {value:.3g}" for name, value in factors.items())
    yield "verdict", answer.verdict or ""


def _silence(answer: CandleAnswer) -> str:
    match answer.answer:
        case Answer.FAILED:
            return f"failed: {answer.cause}"
        case Answer.DISABLED:
            return f"was not asked, it is disabled: {answer.cause}"
        case Answer.HISTORY:
            return "was not asked: the candle came with the history that is read at a start"
        case _ if answer.candles < answer.candles_needed:
            return f"nothing: {answer.candles} of {answer.candles_needed} candles to warm up with"
        case _:
            return "nothing: no signal"


def _gates(verdict: VerdictTold, marks: tuple[str, str]) -> Iterator[tuple[str, str]]:
    for gate in verdict.gates:
        yield f"{marks[0] if gate.is_open else marks[1]} {gate.check}", gate.text


def _followed(answer: CandleAnswer) -> Iterator[tuple[str, str]]:
    for order in answer.aftermath.orders:
        at = _clock(order.requested_ms)
        yield f"{at} {order.leg}", _order(order)
    for trade in answer.aftermath.trades:
        yield from _trade(trade)
    if answer.left is not None and answer.left not in answer.aftermath.trades:
        yield from _trade(answer.left)


def _order(order: OrderStory) -> str:
    quantity = "all" if order.quantity is None else plain_text(order.quantity)
    price = order.price if order.trigger_price is None else order.trigger_price
    at = "" if price is None else f" at {plain_text(price)}"
    cause = "" if order.cause is None else f": {order.cause}"
    return f"{order.side} {quantity} {order.kind}{at}, {_state(order)}{cause}"


def _state(order: OrderStory) -> str:
    state = order.state.lower().replace("_", " ")
    if order.mean_price is None:
        return state
    price, filled = figure(float(order.mean_price)), plain_text(order.filled)
    is_whole = order.filled == order.quantity or order.quantity is None
    return f"{state} at {price}" if is_whole else f"{state}, {filled} filled at {price}"


def _trade(trade: TradeStory) -> Iterator[tuple[str, str]]:
    entered, left = figure(float(trade.entry_price)), figure(float(trade.exit_price))
    what = f"{trade.direction} {plain_text(trade.quantity)} from {entered} to {left}"
    yield f"{_clock(trade.closed_ms)} closed", f"{what}, by {trade.exit_reason}"
    gross, fees, funding = (_money(each) for each in (trade.gross_pnl, -trade.fees, trade.funding))
    yield "net P&L", f"{_money(trade.net_pnl)} = {gross} gross, {fees} fees, {funding} funding"
    yield "slippage", f"{_money(-trade.slippage)} against the signal's price, within the gross"
    steps = list(_steps(trade))
    if steps:
        yield "its way", ", ".join(steps)


def _steps(trade: TradeStory) -> Iterator[str]:
    """Yield how long each step took after the one before."""
    before: int | None = None
    for moment, at_ms in trade.stamps.items():
        if at_ms is None:
            continue
        name = moment.replace("_", " ")
        yield name if before is None else f"{name} +{at_ms - before}ms"
        before = at_ms


def _section(title: str, lines: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    rows = list(lines)
    if not rows:
        return
    yield ""
    yield title
    for name, text in rows:
        start = f"  {name:<{_NAME}} "
        yield from textwrap.wrap(
            _printable(start + text),
            width=width,
            subsequent_indent=" " * (_NAME + 3),
            break_on_hyphens=False,
            drop_whitespace=True,
        )


def _value(value: float | int | str | None) -> str:
    if value is None:
        return "no value yet"
    return value if isinstance(value, str) else figure(value)


def _money(amount: Decimal) -> str:
    return f"{amount:+,.2f}"


def _time(iso: str, form: str) -> str:
    """Write a close as the instant at which it was over: 06:15:00 for 06:14:59.999."""
    at = datetime.fromisoformat(iso)
    return datetime.fromtimestamp(round(at.timestamp()), at.tzinfo).strftime(form)


def _clock(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1_000, UTC):%H:%M:%S}"


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)
