"""What a woe comes to: the troubles of each kind, drawn one at a time."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from noctule.app.storm import wire_mishaps
from noctule.app.storm.chance import between_ms
from noctule.app.storm.profiles import Woe
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    DiskFailure,
    Hand,
    HandDeed,
    Mishap,
    Operate,
    OperatorDeed,
    Reload,
    Restart,
    SlowStreams,
    Step,
)

__all__ = ["MISHAPS"]

_SECOND_MS: Final = 1_000
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_WITHDRAWN_MAX: Final = 5  # symbols; what is left the director withdraws at the end

_DEEDS: Final = (
    HandDeed.CLOSE,
    HandDeed.CLOSE,
    HandDeed.HALVE,
    HandDeed.ADD,
    HandDeed.FLIP,
    HandDeed.CANCEL_STOPS,
    HandDeed.CANCEL_STOPS,
    HandDeed.CANCEL_ALL,
    HandDeed.PLACE_STOP,
    HandDeed.PLACE_STOP,
    HandDeed.PLACE_STOP,
    HandDeed.REST,
    HandDeed.WITHDRAW,
    HandDeed.DELEVERAGE,
    HandDeed.DEPOSIT,
    HandDeed.LEVERAGE,
)
# What the owner does, and how he makes it good.
_COMMANDS: Final = (
    (OperatorDeed.PAUSE, OperatorDeed.RESUME),
    (OperatorDeed.FLATTEN, OperatorDeed.RESUME),
    (OperatorDeed.FLATTEN_ONE, OperatorDeed.RESUME),
    (OperatorDeed.CANCEL, OperatorDeed.RESUME),
    (OperatorDeed.KILL_SWITCH, OperatorDeed.NO_KILL_SWITCH),
    (OperatorDeed.DISABLE, OperatorDeed.ENABLE),
    (OperatorDeed.MOVE_STOP, OperatorDeed.MOVE_STOP),
    (OperatorDeed.MOVE_STOP, OperatorDeed.MOVE_STOP),
)
_SETTINGS: Final = (
    ("risk.risk_per_trade", "0.005"),
    ("risk.risk_per_trade", "0.02"),
    ("risk.stop_loss", "0.004"),
    ("risk.take_profit", "0.006"),
    ("risk.max_positions", "2"),
    ("risk.max_total_exposure", "1.5"),
    ("risk.max_orders_per_minute", "20"),
    ("risk.max_position_notional", "20000"),
    ("risk.cooldown_minutes", "1"),
    ("risk.take_profit_order", "limit"),
    ("risk.working_type", "MARK_PRICE"),
    ("trading.leverage", "7"),  # waits for the next start
    ("trading.margin_type", "crossed"),
    ("logging.level", "CRITICAL"),
    ("shutdown.policy", "flatten"),
    # And what is wrong, so that nothing changes.
    ("risk.risk_per_trade", "much"),
    ("risk.risk_per_trade", "5"),
    ("risk.max_positions", "-1"),
    ("risk.no_such_setting", "1"),
    ("nonsense.key", "1"),
    ("trading.entry_order", "maybe"),
)

_Draw = Callable[[Random, int, Sequence[str]], Sequence[Mishap]]


def _crash(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    on = None if random.random() < 0.3 else random.choice(tuple(Step))
    awaits = between_ms(random, 1, 400)
    return (Crash(at_ms=at_ms, on=on, awaits=awaits, down_ms=between_ms(random, 100, 120_000)),)


def _restart(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    on = random.choice((None, *Step))
    return (Restart(at_ms=at_ms, on=on, down_ms=between_ms(random, 100, _MINUTE_MS)),)


def _disk(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    on = random.choice((None, *Step))
    return (DiskFailure(at_ms=at_ms, on=on, for_ms=between_ms(random, 200, _MINUTE_MS)),)


def _clock(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    by_ms = random.choice((-1, 1)) * between_ms(random, 500, 6 * _HOUR_MS)
    return (ClockJump(at_ms=at_ms, on=random.choice((None, *Step)), by_ms=by_ms),)


def _slow(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    delay_ms = between_ms(random, 100, 20 * _SECOND_MS)
    for_ms = between_ms(random, _SECOND_MS, _MINUTE_MS)
    on = random.choice((None, *Step))
    return (SlowStreams(at_ms=at_ms, on=on, delay_ms=delay_ms, for_ms=for_ms),)


def _operator(random: Random, at_ms: int, symbols: Sequence[str]) -> Sequence[Mishap]:
    deed, undone = random.choice(_COMMANDS)
    on, symbol = _moment(random, symbols)
    later_ms = between_ms(random, _SECOND_MS, 8 * _MINUTE_MS)
    return (
        Operate(at_ms=at_ms, on=on, deed=deed, symbol=symbol),
        Operate(at_ms=at_ms + later_ms, deed=undone, symbol=random.choice(symbols)),
    )


def _hand(random: Random, at_ms: int, symbols: Sequence[str]) -> Sequence[Mishap]:
    deed = random.choice(_DEEDS)
    on, symbol = _moment(random, symbols)
    did = Hand(at_ms=at_ms, on=on, deed=deed, symbol=symbol)
    if deed not in (HandDeed.REST, HandDeed.PLACE_STOP):
        return (did,)
    longest_ms = random.choice((20 * _SECOND_MS, 10 * _MINUTE_MS))  # while it is held still, too
    later_ms = at_ms + between_ms(random, _SECOND_MS, longest_ms)
    where = (symbol,) if symbol else symbols[:_WITHDRAWN_MAX]
    return (did, *(Hand(at_ms=later_ms, deed=HandDeed.WITHDRAW, symbol=each) for each in where))


def _moment(random: Random, symbols: Sequence[str]) -> tuple[Step | None, str]:
    """Return the step that the owner waits for, and what he then deals with."""
    on, symbol = random.choice((None, None, *Step)), random.choice(symbols)
    return on, "" if on is not None and random.random() < 0.7 else symbol


def _reload(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    setting, value = random.choice(_SETTINGS)
    on = random.choice((None, *Step))
    return (Reload(at_ms=at_ms, on=on, setting=setting, value=value),)


MISHAPS: Final[Mapping[Woe, _Draw]] = {
    Woe.NETWORK: wire_mishaps.network,
    Woe.STRAIN: wire_mishaps.strain,
    Woe.REFUSAL: wire_mishaps.refusal,
    Woe.THROTTLE: wire_mishaps.throttle,
    Woe.FRAME: wire_mishaps.frame,
    Woe.SOCKET: wire_mishaps.socket,
    Woe.OUTAGE: wire_mishaps.outage,
    Woe.CRASH: _crash,
    Woe.RESTART: _restart,
    Woe.DISK: _disk,
    Woe.CLOCK: _clock,
    Woe.SLOW: _slow,
    Woe.OPERATOR: _operator,
    Woe.HAND: _hand,
    Woe.RELOAD: _reload,
}
