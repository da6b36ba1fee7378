"""The bulls' camp and the bears': all that speaks for one way, and what one candle does to it."""

from collections.abc import Iterable
from typing import Final

from noctule.domain.market import Candle
from noctule.strategies.ict.drives import Drive, Drives, Push
from noctule.strategies.ict.equal_swings import EqualSwings
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.order_blocks import OrderBlock
from noctule.strategies.ict.pools import Pool, Pools, PoolSource
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.setups import Setup, Setups
from noctule.strategies.ict.structure import Break, Swing
from noctule.strategies.ict.way import Way
from noctule.strategies.ict.zones import Zones

__all__ = ["WEIGHTS", "Camp"]

# How much a pool is worth: the longer it took to make, the more stops rest there.
WEIGHTS: Final = {
    PoolSource.WEEK: 1.0,
    PoolSource.DAY: 0.8,
    PoolSource.SESSION: 0.6,
    PoolSource.EQUAL: 0.6,
    PoolSource.SWING: 0.4,
}


class Camp:
    """The zones that point one way, the pools that lie there, and the setup that wants there."""

    def __init__(self, way: Way, settings: IctSettings, *, candle_ms: int) -> None:
        self.way = way
        self.gaps: Zones[Gap] = Zones(way)
        self.blocks: Zones[OrderBlock] = Zones(way)
        self.pools = Pools(way)
        self.setups = Setups(
            way,
            shift_ms=settings.shift_bars * candle_ms,
            retrace_ms=settings.retrace_bars * candle_ms,
        )
        judged_by = max(settings.swing_left, settings.atr_bars)
        self._equals = EqualSwings(way, before_ms=judged_by * candle_ms)
        self._large_ms = settings.range_strength * candle_ms
        self._sources = frozenset(settings.liquidity)
        self._drives = Drives(
            way,
            reach_ms=settings.displacement_reach * candle_ms,
            body_only=settings.block_body_only,
        )

    def meet(self, candle: Candle, *, oldest_ms: int, tolerance: float) -> Pool | None:
        """Let a candle meet what was there before it, and return the best pool that it swept."""
        self.gaps.meet(candle, oldest_ms=oldest_ms)
        self.blocks.meet(candle, oldest_ms=oldest_ms)
        self._equals.let_pass(candle, tolerance=tolerance, oldest_ms=oldest_ms)
        swept = self.pools.judge(candle, oldest_ms=oldest_ms)
        return max(swept, key=lambda pool: WEIGHTS[pool.source]) if swept else None

    def note_swing(self, swing: Swing, *, tolerance: float) -> None:
        """Keep a small swing, and the pool that it makes with those at its price."""
        pool = self._equals.add(swing, tolerance=tolerance)
        if pool is not None:
            self.note_pool(pool, within=tolerance)

    def note_large_swing(self, swing: Swing) -> None:
        """Keep the stops beyond a large swing."""
        pool = Pool(
            way=self.way,
            source=PoolSource.SWING,
            label=f"swing {self.way.extreme}",
            price=swing.price,
            at_ms=swing.at_ms,
            since_ms=swing.at_ms - self._large_ms,
        )
        self.note_pool(pool)

    def note_pool(self, pool: Pool, *, within: float = 0.0) -> None:
        """Keep a pool, if the settings ask for such."""
        if pool.source in self._sources:
            self.pools.add(pool, within=within)

    def note_drive(
        self, candle: Candle, recent: Iterable[Candle], *, broken: Break | None, push: Push | None
    ) -> Drive | None:
        """Take a break and a push of this way, and return the drive that they complete."""
        drive = self._drives.update(candle, recent, broken=broken, push=push)
        if drive is not None and drive.block is not None:
            known = {block.at_ms for block in self.blocks.standing}
            if drive.block.at_ms not in known:
                self.blocks.add(drive.block)
        return drive

    def zones_of(self, setup: Setup, candle: Candle) -> list[Gap | OrderBlock]:
        """Return what a candle may enter: the gaps that the move since the sweep left, the block.

        It may itself have filled the gap or mitigated the block, but not have closed beyond it.
        """
        zones: list[Gap | OrderBlock] = [
            gap
            for gap in self.gaps.standing
            if gap.at_ms >= setup.swept_ms and (gap.is_open or gap.spent_ms == candle.open_ms)
        ]
        block = None if setup.drive is None else setup.drive.block
        if block is not None:
            zones += [each for each in self.blocks.standing if each.at_ms == block.at_ms]
        return zones
