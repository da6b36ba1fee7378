"""The [regime] section: what is measured, and from where on it makes a regime."""

from typing import Self

from pydantic import BaseModel, Field, model_validator

from noctule.domain.values import Timeframe

__all__ = ["RegimeSettings"]


class RegimeSettings(BaseModel, frozen=True, extra="forbid"):
    """Each regime begins at one bound and ends at another, so that noise at one is no change."""

    timeframe: Timeframe | None = None  # None: the base candle
    trend_candles: int = Field(default=48, ge=10, le=1_000)
    recent_candles: int = Field(default=24, ge=5, le=1_000)
    norm_candles: int = Field(default=480, ge=50, le=10_000)
    trend_enter: float = Field(default=0.2, ge=0.01, le=0.9)
    trend_leave: float = Field(default=0.05, ge=0, le=0.9)
    volatility_enter: float = Field(default=2.0, ge=1.05, le=50)
    volatility_leave: float = Field(default=1.4, ge=0.5, le=50)
    liquidity_enter: float = Field(default=0.2, ge=0, le=0.9)
    liquidity_leave: float = Field(default=0.4, ge=0.01, le=1)
    confirm_candles: int = Field(default=3, ge=1, le=100)

    @property
    def history_candles(self) -> int:
        """Return how many candles a start must read to know what one that ran long knows.

        At the norm there is a regime; the quarter more lets what began before be told, too.
        """
        return self.norm_candles * 5 // 4

    @model_validator(mode="after")
    def _norm_is_longer_than_what_it_judges(self) -> Self:
        for name in ("trend_candles", "recent_candles"):
            count = getattr(self, name)
            if self.norm_candles < 2 * count:
                what = f"norm_candles = {self.norm_candles} is not twice {name} = {count}"
                raise ValueError(f"{what}, raise it to {2 * count} or more")
        return self

    @model_validator(mode="after")
    def _bounds_are_apart(self) -> Self:
        for name in ("trend", "volatility"):
            enter, leave = getattr(self, f"{name}_enter"), getattr(self, f"{name}_leave")
            if leave >= enter:
                what = f"{name}_leave = {leave} is not below {name}_enter = {enter}, lower it"
                raise ValueError(what)
        if self.liquidity_leave <= self.liquidity_enter:
            enter, leave = self.liquidity_enter, self.liquidity_leave
            what = f"liquidity_leave = {leave} is not above liquidity_enter = {enter}, raise it"
            raise ValueError(what)
        return self
