"""Candles that another section asks for are among those that are traded by."""

from collections.abc import Iterator

from pydantic import BaseModel

from noctule.config.bind import Bound
from noctule.config.problems import Problem
from noctule.config.sections import Section
from noctule.engine.settings import TradingSettings
from noctule.market.regime_settings import RegimeSettings

__all__ = ["judge_timeframes"]


def judge_timeframes(
    regime: Bound[BaseModel], trading: Bound[BaseModel], section: Section
) -> Iterator[Problem]:
    """Tell a timeframe of [regime] of which there are no candles; what is wrong is told already."""
    asking, traded = regime.with_good("timeframe"), trading.with_good("timeframe")
    if not isinstance(asking, RegimeSettings) or not isinstance(traded, TradingSettings):
        return
    if asking.timeframe is None or "higher_timeframes" in trading.wrong:
        return
    there_are = (traded.timeframe, *traded.higher_timeframes)
    if asking.timeframe not in there_are:
        known = ", ".join(there_are)
        what = f"{asking.timeframe} is none of [trading] timeframe and higher_timeframes ({known})"
        yield section.problem(f"{what}, add it there or leave this empty", key="timeframe")
