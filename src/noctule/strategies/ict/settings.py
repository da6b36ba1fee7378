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
    bias_timeframe: Timeframe | None = Field(
        default=None,
        description="whose structure is the bias; empty: the longest timeframe there is",
    )
    bias_strength: int = Field(
        default=3, ge=1, le=50, description="candles on each side of a swing of the bias"
    )
    bias_required: bool = Field(
        default=True, description="no entry against the bias, or without one"
    )

    # Structure. Days, weeks and sessions that do not lie in what is looked back on leave no pools.
    swing_left: int = Field(
        default=2, ge=1, le=50, description="candles before a swing that it stands out from"
    )
    swing_right: int = Field(default=2, ge=1, le=50, description="candles after it, likewise")
    range_strength: int = Field(
        default=15, ge=1, le=200, description="candles on each side of a large swing"
    )
    memory_bars: int = Field(
        default=4320, ge=100, le=10_000, description="candles that are looked back on"
    )
    atr_bars: int = Field(
        default=14, ge=1, le=500, description="candles in the average true range (ATR)"
    )

    # Displacement.
    displacement_factor: float = Field(
        default=1, ge=0.1, le=10, description="least body of a displacement, in ATRs"
    )
    displacement_body: float = Field(
        default=0.6, ge=0, le=1, description="least share of its candle that this body is"
    )
    displacement_reach: int = Field(
        default=3, ge=0, le=20, description="candles at most between a displacement and its break"
    )

    # Zones that a drive leaves behind.
    gap_atr_min: float = Field(
        default=0.1, ge=0, le=5, description="least width of a fair value gap, in ATRs"
    )
    gap_share_min: float = Field(
        default=0, ge=0, le=0.05, description="least width of it, as a share of the price"
    )
    gap_filled_at: float = Field(
        default=1,
        ge=0.1,
        le=1,
        description="share of a gap that is traded when it counts as filled",
    )
    block_body_only: bool = Field(
        default=False, description="an order block is the body of its candle, without the wicks"
    )

    # Liquidity.
    liquidity: Sources = Field(
        default=tuple(PoolSource),
        min_length=1,
        description="which pools of stops may be swept, or be a target",
    )
    equal_tolerance: float = Field(
        default=0.1, ge=0, le=2, description="how far apart equal highs or lows may be, in ATRs"
    )

    # Hours; `anytime` asks for no kill zone at all. Candles longer than an hour are in none.
    kill_zones: KillZones = Field(
        default=tuple(KillZone), min_length=1, description="hours in which stops may be swept"
    )
    anytime: bool = Field(
        default=False, description="stops may be swept at any hour; candles longer than 1h need it"
    )

    # The entry; fees and slippage eat a stop that is nearer than `stop_share_min` of the price.
    entry_within: EntryWithin = Field(
        default="discount",
        description="from ote_near to ote_far of the leg (ote), or beyond its half (discount)",
    )
    ote_near: float = Field(
        default=0.62,
        ge=0,
        le=1,
        description="depth where the optimal entry begins, as a share of the leg",
    )
    ote_far: float = Field(default=0.79, ge=0, le=1, description="depth where it ends, likewise")
    shift_bars: int = Field(
        default=24, ge=1, le=500, description="candles at most from the sweep to the drive"
    )
    retrace_bars: int = Field(
        default=36, ge=1, le=500, description="candles at most from the drive to the entry"
    )
    stop_buffer: float = Field(
        default=0.1, ge=0, le=5, description="distance of the stop beyond the sweep, in ATRs"
    )
    stop_share_min: float = Field(
        default=0.001,
        ge=0,
        le=0.1,
        description="least distance of the stop, as a share of the price",
    )
    rr_min: float = Field(
        default=2, ge=0.5, le=20, description="least distance of the target, in the stop's"
    )
    exit_on_shift: bool = Field(
        default=False, description="leave when a change of character closes against the position"
    )

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
