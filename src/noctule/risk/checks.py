"""The policy: every check that a wish to enter must pass, one small function each.

To add one, write a function that answers a Gate and give it its place in CHECKS.
"""

from typing import Final

from noctule.domain.figures import figure
from noctule.domain.instrument import InstrumentStatus
from noctule.domain.values import MINUTE_MS, plain_text
from noctule.risk.calendar import window_at
from noctule.risk.case import EntryCase
from noctule.risk.exposure import correlations_with_held
from noctule.risk.gate import Check, Gate, percent
from noctule.risk.limits import RiskLimits

__all__ = ["CHECKS"]


def symbol_status(case: EntryCase, _: RiskLimits) -> Gate:
    """Let pass what the venue trades."""
    status = case.instrument.status
    return Gate(
        check="symbol_status",
        is_open=status is InstrumentStatus.TRADING,
        words=lambda: f"{case.wish.symbol} is {status}",
    )


def foreign(case: EntryCase, _: RiskLimits) -> Gate:
    """Let pass a symbol on which everything is ours."""
    held = case.portfolio.holding_of(case.wish.symbol)
    theirs = case.desk.foreign
    if theirs is None and held is not None and not held.is_ours:
        theirs = f"a position of {held.signed_quantity} is not ours"
    words = theirs or "everything here is ours"
    return Gate(check="foreign", is_open=theirs is None, words=lambda: words)


def position(case: EntryCase, _: RiskLimits) -> Gate:
    """Let pass a symbol of which nothing is held, being entered, or in doubt."""
    held = case.portfolio.holding_of(case.wish.symbol)
    if held is None or not held.is_ours:
        left = "the last trade is not wound up yet" if case.desk.has_bracket else "nothing is held"
        return Gate(check="position", is_open=not case.desk.has_bracket, words=lambda: left)
    state = "in flight" if held.has_orders_in_flight else "held"
    text = f"{held.signed_quantity} is {state} already"
    return Gate(check="position", is_open=False, words=lambda: text)


def duplicate(case: EntryCase, _: RiskLimits) -> Gate:
    """Let pass a signal that was not acted upon before."""
    acted = "was acted upon before" if case.desk.is_acted_on else "is new"
    return Gate(
        check="duplicate",
        is_open=not case.desk.is_acted_on,
        words=lambda: f"the signal of this candle {acted}",
    )


def before_start(case: EntryCase, _: RiskLimits) -> Gate:
    """Let pass the signal of a candle that closed while we were there."""
    age_ms = case.desk.started_ms - case.wish.close_ms
    side = "before" if age_ms > 0 else "after"
    return Gate(
        check="before_start",
        is_open=age_ms <= 0,
        words=lambda: f"the candle closed {figure(abs(age_ms) / 1_000)} s {side} the start",
    )


def max_positions(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass one position more, up to the limit; what is being entered counts."""
    ours = sum(each.is_ours for each in case.portfolio.holdings)
    return Gate(
        check="max_positions",
        is_open=ours < limits.max_positions,
        words=lambda: f"{ours} of {limits.max_positions} positions",
    )


def order_rate(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass so many entries a minute."""
    sent = case.desk.entries_last_minute
    return Gate(
        check="order_rate",
        is_open=sent < limits.max_orders_per_minute,
        words=lambda: f"{sent} of {limits.max_orders_per_minute} entries in the last minute",
    )


def room(case: EntryCase, _: RiskLimits) -> Gate:
    """Let pass what can be queued without waiting."""
    is_open = case.desk.has_room
    text = "there is room for an order" if is_open else "too many orders wait to be sent"
    return Gate(check="room", is_open=is_open, words=lambda: text)


def stale_data(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass a symbol that we hear of."""
    silent_ms, allowed_ms = case.scene.silent_ms, limits.stale_data_seconds * 1_000
    if silent_ms is None:
        return Gate(
            check="stale_data", is_open=False, words=lambda: "nothing is heard of the symbol"
        )
    return Gate(
        check="stale_data",
        is_open=silent_ms <= allowed_ms,
        words=lambda: f"last heard of {silent_ms} ms ago, at most {allowed_ms}",
    )


def clock_offset(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass while our clock agrees with the venue's, where there are two."""
    offset_ms, allowed_ms = case.scene.clock_offset_ms, limits.clock_offset_ms_max
    if offset_ms is None:
        return Gate(
            check="clock_offset", is_open=True, words=lambda: "no other clock to compare with"
        )
    return Gate(
        check="clock_offset",
        is_open=abs(offset_ms) <= allowed_ms,
        words=lambda: f"the clocks differ by {offset_ms:.0f} ms, at most {allowed_ms}",
    )


def regime(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass a regime in which anything may be risked; the size takes less where it says so."""
    if not limits.regime_scale:
        return Gate(check="regime", is_open=True, words=lambda: "no regime changes what is risked")
    now, share = case.scene.regime, limits.share_in(case.scene.regime)
    seen = "the regime is not known yet" if now is None else f"the regime is {now}"
    taken = f"{plain_text(share)} of risk_per_trade is taken" if share else "no entries are made"
    return Gate(check="regime", is_open=share > 0, words=lambda: f"{seen}: {taken}")


def spread(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass a market whose bid and ask are close together."""
    bid, ask = case.scene.bid, case.scene.ask
    if bid is None or ask is None:
        return Gate(check="spread", is_open=False, words=lambda: "no bid and ask are known yet")
    age_ms, allowed_ms = case.scene.quote_age_ms, limits.stale_data_seconds * 1_000
    if age_ms is not None and age_ms > allowed_ms:
        told = f"bid and ask are {age_ms} ms old, at most {allowed_ms}"
        return Gate(check="spread", is_open=False, words=lambda: told)
    share = 2 * (ask - bid) / (ask + bid)
    return Gate(
        check="spread",
        is_open=share <= float(limits.max_spread),
        words=lambda: f"the spread is {percent(share)}, at most {percent(limits.max_spread)}",
    )


def price_band(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass a signal whose price is still the market's."""
    mark_price = case.scene.mark_price
    if mark_price is None:
        return Gate(check="price_band", is_open=False, words=lambda: "no mark price is known yet")
    share = abs(case.wish.price - mark_price) / mark_price
    return Gate(
        check="price_band",
        is_open=share <= float(limits.max_price_deviation),
        words=lambda: (
            f"signal at {case.wish.price}, mark at {mark_price}: {percent(share)} apart, "
            f"at most {percent(limits.max_price_deviation)}"
        ),
    )


def funding(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass what is entered well before funding is paid."""
    guard_minutes, next_ms = limits.funding_guard_minutes, case.scene.next_funding_ms
    if guard_minutes == 0:
        return Gate(check="funding", is_open=True, words=lambda: "funding is not guarded against")
    if next_ms is None:
        return Gate(
            check="funding", is_open=False, words=lambda: "the next funding time is not known yet"
        )
    minutes_left = (next_ms - case.now_ms) / MINUTE_MS
    rate = "unknown" if case.scene.funding_rate is None else percent(case.scene.funding_rate)
    return Gate(
        check="funding",
        is_open=minutes_left > guard_minutes,
        words=lambda: (
            f"funding of {rate} in {minutes_left:.1f} minutes, not within {guard_minutes}"
        ),
    )


def news(case: EntryCase, _: RiskLimits) -> Gate:
    """Let pass what is entered outside the owner's news windows."""
    window = window_at(case.news, case.now_ms)
    if window is None:
        return Gate(check="news", is_open=True, words=lambda: "no news is expected")
    minutes_left = (window.to_ms - case.now_ms) / MINUTE_MS
    text = f"{window.reason}, for {minutes_left:.1f} minutes more"
    return Gate(check="news", is_open=False, words=lambda: text)


def daily_loss(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass while the day has not lost too much."""
    lost = case.portfolio.day_loss_share
    return Gate(
        check="daily_loss",
        is_open=lost < limits.max_daily_loss,
        words=lambda: f"the day lost {percent(lost)}, at most {percent(limits.max_daily_loss)}",
    )


def drawdown(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass while equity is near enough to its peak."""
    lost = case.portfolio.drawdown_share
    return Gate(
        check="drawdown",
        is_open=lost < limits.max_drawdown,
        words=lambda: (
            f"equity is {percent(lost)} below its peak, at most {percent(limits.max_drawdown)}"
        ),
    )


def correlation(case: EntryCase, limits: RiskLimits) -> Gate:
    """Let pass what does not repeat a bet that is held; one against it is a hedge."""
    found = correlations_with_held(
        case.wish.symbol, case.wish.side, holdings=case.portfolio.holdings, closes=case.closes
    )
    if not found:
        return Gate(check="correlation", is_open=True, words=lambda: "nothing held to compare with")
    symbol, highest = max(found.items(), key=lambda each: each[1])
    return Gate(
        check="correlation",
        is_open=highest <= float(limits.max_correlation),
        words=lambda: f"moves {highest:.2f} with {symbol}, at most {limits.max_correlation}",
    )


CHECKS: Final[tuple[Check, ...]] = (
    symbol_status,
    foreign,
    position,
    duplicate,
    before_start,
    max_positions,
    order_rate,
    room,
    stale_data,
    clock_offset,
    regime,
    spread,
    price_band,
    funding,
    news,
    daily_loss,
    drawdown,
    correlation,
)
