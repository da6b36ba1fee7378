"""What a trader may turn on the ICT strategy; distances are in average true ranges."""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from noctule.domain.values import Timeframe
from noctule.strategies.base import StrategySettings
from noctule.strategies.ict.pools import PoolSource
from noctule.strategies.ict.sessions import KillZone

__all__ = ["EntryWithin", "IctSettings"]

EntryWithin = Literal["ote", "discount"]
Item = TypeVar("Item", KillZone, PoolSource)


def _each_once(items: tuple[Item, ...]) -> tuple[Item, ...]:
    for item in items:
        if items.count(item) > 1:
            raise ValueError(f"{item} is listed twice, keep one")
    return items


KillZones = Annotated[tuple[KillZone, ...], AfterValidator(_each_once)]
Sources = Annotated[tuple[PoolSource, ...], AfterValidator(_each_once)]


class IctSettings(StrategySettings, frozen=True):
    """Structure, displacement, zones, liquidity, hours, and the terms of an entry."""

    # The bias: the structure of this timeframe, or of the highest one there is; of the base
    # candles' large swings where there is only them.
    bias_timeframe: Timeframe | None = None
    bias_strength: int = Field(default=3, ge=1, le=50)
    bias_required: bool = True

    # Structure: candles on both sides of a swing, small ones and those that bound the range; how
    # many are looked back on. Days, weeks and sessions that do not lie in those leave no pools.
    swing_left: int = Field(default=2, ge=1, le=50)
    swing_right: int = Field(default=2, ge=1, le=50)
    range_strength: int = Field(default=15, ge=1, le=200)
    memory_bars: int = Field(default=4320, ge=100, le=10_000)
    atr_bars: int = Field(default=14, ge=1, le=500)

    # Displacement: the body in average ranges, its share of the candle, candles to the break.
    displacement_factor: float = Field(default=1, ge=0.1, le=10)
    displacement_body: float = Field(default=0.6, ge=0, le=1)
    displacement_reach: int = Field(default=3, ge=0, le=20)

    # Zones: the least width of a gap, in average ranges and as a share of the price.
    gap_atr_min: float = Field(default=0.1, ge=0, le=5)
    gap_share_min: float = Field(default=0, ge=0, le=0.05)
    gap_filled_at: float = Field(default=1, ge=0.1, le=1)
    block_body_only: bool = False

    # Liquidity that may be swept, and that may be a target.
    liquidity: Sources = Field(default=tuple(PoolSource), min_length=1)
    equal_tolerance: float = Field(default=0.1, ge=0, le=2)

    # When stops may be swept; `anytime` asks for no kill zone at all. Candles longer than an hour
    # are in none, and need it.
    kill_zones: KillZones = Field(default=tuple(KillZone), min_length=1)
    anytime: bool = False

    # The entry: how deep, how long it is waited for, and on what terms; fees and slippage eat
    # a stop that is nearer than `stop_share_min` of the price.
    entry_within: EntryWithin = "discount"
    ote_near: float = Field(default=0.62, ge=0, le=1)
    ote_far: float = Field(default=0.79, ge=0, le=1)
    shift_bars: int = Field(default=24, ge=1, le=500)
    retrace_bars: int = Field(default=36, ge=1, le=500)
    stop_buffer: float = Field(default=0.1, ge=0, le=5)
    stop_share_min: float = Field(default=0.001, ge=0, le=0.1)
    rr_min: float = Field(default=2, ge=0.5, le=20)
    exit_on_shift: bool = False

    @model_validator(mode="after")
    def _near_lies_before_far(self) -> Self:
        if self.ote_near >= self.ote_far:
            wrong = f"ote_near = {self.ote_near} is not less than ote_far = {self.ote_far}"
            raise ValueError(f"{wrong}, write e.g. 0.62 and 0.79")
        return self

    @model_validator(mode="after")
    def _memory_reaches_over_the_swings(self) -> Self:
        widest = 2 * max(self.range_strength, self.swing_left, self.swing_right, self.atr_bars)
        if self.memory_bars <= widest:
            wrong = f"memory_bars = {self.memory_bars} does not reach over {widest} candles"
            raise ValueError(f"{wrong}, which range_strength, swings or atr_bars ask for; raise it")
        return self
