"""`sma_cross` traded by numpy, pandas and a plain loop, from the documented rules alone.

It shares no code with the program: what the documents say is written here a second time, so that
a mistake would have to be made twice. Averages, signals, sizes, fills within a candle, fees,
funding, cool-downs; one symbol, one account, no liquidation, no halt by equity.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.independent.contracts import Contract
from tests.independent.plan import Plan
from tests.independent.rows import Row, rows_of

__all__ = ["trades_of"]

MONEY = Decimal("0.00000001")
MARGIN_SHARE = Decimal("0.95")
ORDERS_MAX = 10
MINUTE_MS = 60_000
TRIGGER_MS = 11  # from a trigger to the fill of its order


@dataclass
class Held:
    """A position, from its entry to its end."""

    sign: int
    quantity: Decimal
    entry: Decimal
    stop: Decimal
    target: Decimal
    opened_ms: int
    fees: Decimal
    funding: Decimal = Decimal(0)


def trades_of(
    candles: pd.DataFrame, plan: Plan, contract: Contract, fundings: pd.DataFrame | None = None
) -> list[dict[str, object]]:
    """Return every round trip that the documented rules make of these candles."""
    return _Run(candles, plan, contract, fundings).trades()


class _Run:
    def __init__(
        self,
        candles: pd.DataFrame,
        plan: Plan,
        contract: Contract,
        fundings: pd.DataFrame | None,
    ) -> None:
        self.plan, self.contract = plan, contract
        self.rows = rows_of(candles)
        self.crossings = crossings(self.rows, contract.tick, plan.fast, plan.slow)
        self.due = rates(fundings, self.rows[0].open_ms, self.rows[-1].end_ms, contract)
        self.wallet = plan.balance
        self.held: Held | None = None
        self.losses, self.cool_until_ms = 0, 0
        self.closed: list[dict[str, object]] = []

    def trades(self) -> list[dict[str, object]]:
        for number in range(self.plan.history - 1, len(self.rows)):
            row = self.rows[number]
            if self.held:
                self.live_through(row)
            self.pay_funding(row.end_ms, row.close)
            self.act(int(self.crossings[number]), row)
        return self.closed

    def act(self, sign: int, row: Row) -> None:
        """An opposite signal closes; with reverse, and while flat, it enters."""
        if not sign or (self.held and self.held.sign == sign):
            return
        if self.held:
            self.leave(row.close, row.end_ms, "signal")
            if not self.plan.reverse:
                return
        if row.end_ms >= self.cool_until_ms:
            self.enter(sign, row)

    def live_through(self, row: Row) -> None:
        """Four ticks a candle; a stop or target acts where the price meets it."""
        last = None
        for at_ms, price in path_of(row, self.held, self.plan.ambiguity):
            if self.held is None:
                return
            self.pay_funding(at_ms, last if last is not None else row.open)
            met = touched(self.held, last, price)
            if met is not None:
                self.leave(met[1], at_ms + TRIGGER_MS, met[0])
            last = price

    def enter(self, sign: int, row: Row) -> None:
        entry = self.dealt(sign, row.close)
        sized = self.sized(sign, entry, row.close)
        if sized is None:
            return
        quantity, stop, target = sized
        fee = money(entry * quantity * self.contract.taker_fee)
        self.wallet -= fee
        self.held = Held(sign, quantity, entry, stop, target, row.end_ms, fee)

    def sized(
        self, sign: int, entry: Decimal, mark: Decimal
    ) -> tuple[Decimal, Decimal, Decimal] | None:
        """Return quantity, stop and target; None where even the smallest order is too large."""
        plan, contract = self.plan, self.contract
        to_stop, to_target = (
            (ROUND_CEILING, ROUND_FLOOR) if sign > 0 else (ROUND_FLOOR, ROUND_CEILING)
        )
        stop = on_grid(entry * (1 - sign * plan.stop_loss), contract.tick, to_stop)
        target = on_grid(entry * (1 + sign * plan.take_profit), contract.tick, to_target)
        slippage, fee = plan.slippage_allowance, contract.taker_fee
        worst_entry, worst_exit = entry * (1 + sign * slippage), stop * (1 - sign * slippage)
        loss = sign * (worst_entry - worst_exit) + fee * (worst_entry + worst_exit)
        dearest, cheapest = max(entry, worst_entry, mark), min(entry, mark)
        margin = self.wallet * MARGIN_SHARE * plan.leverage
        caps = [
            self.wallet * plan.risk_per_trade / loss,
            margin / (dearest * (1 + fee * plan.leverage)),
            contract.worth_max(plan.leverage) / dearest,
            self.wallet * plan.max_total_exposure / dearest,
            contract.order_max * ORDERS_MAX,
        ]
        if plan.max_position_notional is not None:
            caps.append(plan.max_position_notional / dearest)
        least = max(contract.order_min, contract.worth_min / cheapest)
        if min(caps) < on_grid(least, contract.step, ROUND_CEILING):
            return None
        return on_grid(min(caps), contract.step, ROUND_FLOOR), stop, target

    def leave(self, price: Decimal, at_ms: int, reason: str) -> None:
        held, self.held = self.held, None
        assert held is not None, "nothing is held"
        left = self.dealt(-held.sign, price)
        gross = money(held.sign * held.quantity * (left - held.entry))
        fee = money(left * held.quantity * self.contract.taker_fee)
        self.wallet += gross - fee
        net = gross - held.fees - fee + held.funding
        self.closed.append(
            {
                "direction": "LONG" if held.sign > 0 else "SHORT",
                "opened_ms": held.opened_ms,
                "closed_ms": at_ms,
                "quantity": held.quantity,
                "entry_price": held.entry,
                "exit_price": left,
                "gross_pnl": gross,
                "fees": held.fees + fee,
                "funding": held.funding,
                "net_pnl": net,
                "exit_reason": reason,
            }
        )
        self.losses = self.losses + 1 if net < 0 else 0
        if net < 0 and 0 < self.plan.cooldown_losses <= self.losses:
            until_ms = at_ms + self.plan.cooldown_minutes * MINUTE_MS
            self.cool_until_ms = max(self.cool_until_ms, until_ms)

    def dealt(self, sign: int, last: Decimal) -> Decimal:
        """A buyer pays the ask, a seller gets the bid; the last price stands on the bid."""
        tick, ticks = self.contract.tick, self.plan.spread_ticks
        bid = max(tick, last - ticks // 2 * tick)
        return bid + ticks * tick if sign > 0 else bid

    def pay_funding(self, until_ms: int, mark: Decimal) -> None:
        """Pay what was due by then, on the mark that was last before it."""
        while self.due and self.due[0][0] <= until_ms:
            _, rate = self.due.pop(0)
            if self.held:
                paid = money(-self.held.sign * self.held.quantity * mark * rate)
                self.held.funding += paid
                self.wallet += paid


def crossings(rows: Sequence[Row], tick: Decimal, fast: int, slow: int) -> NDArray[np.int64]:
    """Return 1 where the fast average comes to stand above the slow one, -1 where below.

    In whole ticks, so that averages which are equal are equal.
    """
    closes = pd.Series([int(row.close / tick) for row in rows], dtype="float64")
    gaps = closes.rolling(fast).sum() * slow - closes.rolling(slow).sum() * fast
    now = gaps.round().to_numpy()
    before = np.concatenate(([np.nan], now[:-1]))
    above, below = (before <= 0) & (now > 0), (before >= 0) & (now < 0)
    crossed: NDArray[np.int64] = above.astype(np.int64) - below.astype(np.int64)
    return crossed


def path_of(row: Row, held: Held | None, ambiguity: str) -> Iterator[tuple[int, Decimal]]:
    """Yield when a candle is at which price; one without trades is nowhere."""
    if row.is_idle:
        return
    if row.low == row.high:
        yield row.open_ms, row.close
        return
    third_ms = (row.end_ms - row.open_ms) // 3
    yield row.open_ms, row.open
    first, second = (
        (row.high, row.low) if is_high_first(row, held, ambiguity) else (row.low, row.high)
    )
    yield row.open_ms + third_ms, first
    yield row.open_ms + 2 * third_ms, second
    yield min(row.open_ms + 3 * third_ms, row.end_ms - 1), row.close


def is_high_first(row: Row, held: Held | None, ambiguity: str) -> bool:
    """Worse first: the low hurts the long. Else the extreme nearer to the open."""
    if held is None or ambiguity == "ohlc":
        up, down = row.high - row.open, row.open - row.low
        return up < down or (up == down and row.close < row.open)
    is_worse = held.sign < 0
    return is_worse if ambiguity == "worst" else not is_worse


def touched(held: Held, last: Decimal | None, price: Decimal) -> tuple[str, Decimal] | None:
    """Return what a price reaches, and at which price: a jump's end, or on the way the level."""
    for reason, level, sign in (("stop", held.stop, -1), ("target", held.target, 1)):
        if held.sign * sign * (price - level) >= 0:
            return reason, price if last is None else level
    return None


def rates(
    fundings: pd.DataFrame | None, begin_ms: int, end_ms: int, contract: Contract
) -> list[tuple[int, Decimal]]:
    """Return the settlements there are; 0.0001 at the usual interval where no file tells them."""
    if fundings is not None:
        hour = 3_600_000
        times = ((fundings["calc_time"].astype("int64") + hour // 2) // hour * hour).tolist()
        found = zip(times, map(Decimal, fundings["last_funding_rate"]), strict=True)
        return [each for each in found if begin_ms < each[0] <= end_ms]
    interval_ms = contract.funding_hours * 3_600_000
    first_ms = begin_ms - begin_ms % interval_ms + interval_ms
    return [(due_ms, Decimal("0.0001")) for due_ms in range(first_ms, end_ms + 1, interval_ms)]


def on_grid(number: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (number / step).to_integral_value(rounding=rounding) * step


def money(amount: Decimal) -> Decimal:
    return amount.quantize(MONEY)
