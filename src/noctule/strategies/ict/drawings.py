"""What was read, as shapes over the candles."""

from collections.abc import Iterator
from typing import Final

from noctule.strategies.drawing import Area, Drawing, Level, Mark, Tone
from noctule.strategies.ict.camp import Camp
from noctule.strategies.ict.dealing_range import EQUILIBRIUM
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.order_blocks import BlockState, OrderBlock
from noctule.strategies.ict.pools import Pool, PoolState
from noctule.strategies.ict.reading import Reading
from noctule.strategies.ict.structure import Structure
from noctule.strategies.ict.way import Way

__all__ = ["drawn"]

_SWINGS: Final = {Way.UP: "H", Way.DOWN: "L"}  # there are many: one letter for each


def drawn(reading: Reading) -> Iterator[Drawing]:
    """Yield everything there is after the last candle, what ended lately included."""
    yield from _sessions(reading)
    for camp in (reading.bulls, reading.bears):
        yield from map(_gap, (*camp.gaps.spent, *camp.gaps.standing))
        yield from map(_block, (*camp.blocks.spent, *camp.blocks.standing))
        yield from _pools(camp)
    yield from _structure(reading.structure)
    yield from _range(reading)
    for entry in reading.past:
        way = entry.setup.way
        label = f"entry {way.direction}"
        yield Mark(label=label, price=entry.price, at_ms=entry.at_ms, tone=way.tone)


def _sessions(reading: Reading) -> Iterator[Drawing]:
    for session in (*reading.sessions.past, *reading.sessions.running):
        yield Area(
            label=session.zone.replace("_", " "),
            low=session.extremes.low,
            high=session.extremes.high,
            from_ms=session.from_ms,
            to_ms=session.last_ms,
        )


def _gap(gap: Gap) -> Drawing:
    return Area(
        label=f"FVG {gap.state}",
        low=gap.low,
        high=gap.high,
        from_ms=gap.at_ms,
        to_ms=gap.spent_ms,
        tone=gap.way.tone if gap.is_open else Tone.SPENT,
    )


def _block(block: OrderBlock) -> Drawing:
    return Area(
        label=f"OB {block.state}",
        low=block.low,
        high=block.high,
        from_ms=block.at_ms,
        to_ms=block.spent_ms,
        tone=block.way.tone if block.state is BlockState.FRESH else Tone.SPENT,
    )


def _pools(camp: Camp) -> Iterator[Drawing]:
    for pool in (*camp.pools.ended, *camp.pools.resting):
        yield _pool(pool)
        if pool.state is PoolState.SWEPT and pool.ended_ms is not None:
            tone = pool.way.opposite.tone
            yield Mark(label="sweep", price=pool.price, at_ms=pool.ended_ms, tone=tone)


def _pool(pool: Pool) -> Drawing:
    return Level(
        label=pool.label,
        price=pool.price,
        from_ms=pool.at_ms,
        to_ms=pool.ended_ms,
        tone=pool.way.tone if pool.state is PoolState.RESTING else Tone.SPENT,
    )


def _structure(structure: Structure) -> Iterator[Drawing]:
    for swing in structure.swings:
        yield Mark(label=_SWINGS[swing.way], price=swing.price, at_ms=swing.at_ms)
    for broken in structure.breaks:  # a line from the swing to the candle that broke it
        yield Level(
            label=str(broken.kind),
            price=broken.swing.price,
            from_ms=broken.swing.at_ms,
            to_ms=broken.at_ms,
            tone=broken.way.tone,
        )


def _range(reading: Reading) -> Iterator[Drawing]:
    dealing = reading.range
    if dealing is None or not 0 <= dealing.depth_of(reading.recent[0].close) <= 1:
        return  # none, or a close went beyond it: the next one's swings are not known yet
    settings, from_ms = reading.settings, min(dealing.began_ms, dealing.ended_ms)
    low, high = sorted(dealing.price_at(each) for each in (settings.ote_near, settings.ote_far))
    yield Area(label="OTE", low=low, high=high, from_ms=from_ms, tone=dealing.way.tone)
    top, bottom = max(dealing.began, dealing.ended), min(dealing.began, dealing.ended)
    yield Level(label="range high", price=top, from_ms=from_ms)
    yield Level(label="equilibrium", price=dealing.price_at(EQUILIBRIUM), from_ms=from_ms)
    yield Level(label="range low", price=bottom, from_ms=from_ms)
