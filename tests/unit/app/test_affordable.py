"""Whether the smallest order can be paid for is said before the first signal, with its remedy."""

import pytest

from noctule.app.affordable import refuse_too_little
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol
from noctule.engine.desk import Desk
from noctule.risk.limits import RiskLimits
from noctule.strategies.sma_cross import SmaCross, SmaCrossSettings
from tests.builders import BTCUSDT, candle
from tests.fakes.floor import ETHUSDT, TradingFloor, known_contracts, new_floor


def desks_of(floor: TradingFloor) -> dict[Symbol, Desk]:
    """Return both desks, each with a candle on its board."""
    floor.boards[BTCUSDT].take(candle(60_000.0))
    floor.boards[ETHUSDT].take(candle(3_000.0, symbol=ETHUSDT))
    strategy = SmaCross(SmaCrossSettings())
    return {
        symbol: Desk(label="mine", strategy=strategy, board=board)
        for symbol, board in floor.boards.items()
    }


def look_at(
    floor: TradingFloor,
    desks: dict[Symbol, Desk],
    *,
    limits: RiskLimits | None = None,
    is_busy: bool = False,
) -> None:
    refuse_too_little(desks, floor.cases(), limits or RiskLimits(), is_busy=is_busy)


async def test_who_can_pay_hears_nothing(caplog: pytest.LogCaptureFixture) -> None:
    floor = await new_floor()
    look_at(floor, desks_of(floor))
    assert caplog.records == []


async def test_a_regime_that_takes_little_of_the_risk_passes_and_keeps_nobody_from_starting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    floor = await new_floor()
    limits = RiskLimits.model_validate({"regime_scale": ("range: 0.000001",)})
    look_at(floor, desks_of(floor), limits=limits)
    assert caplog.records == []


async def test_who_cannot_pay_for_any_symbol_is_refused_with_what_is_missing() -> None:
    floor = await new_floor()
    floor.tell_account(wallet="10")
    with pytest.raises(ConfigError) as caught:
        look_at(floor, desks_of(floor))
    assert [problem.split(" cannot be entered, ")[0] for problem in caught.value.problems] == [
        "[trading] symbols: BTCUSDT",
        "[trading] symbols: ETHUSDT",
    ]
    assert all(problem.endswith("; or deposit more") for problem in caught.value.problems)


async def test_one_symbol_out_of_reach_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    floor = await new_floor()
    floor.tell_account(wallet="70")  # enough for 50 of ETHUSDT, and no 0.001 of BTCUSDT
    look_at(floor, desks_of(floor))
    (told,) = caplog.records
    assert told.getMessage() == "too little balance"
    assert vars(told)["fields"]["symbol"] == "BTCUSDT"


async def test_who_has_something_to_guard_goes_on_guarding_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    floor = await new_floor()
    floor.tell_account(wallet="10")
    look_at(floor, desks_of(floor), is_busy=True)
    assert [each.getMessage() for each in caplog.records] == ["too little balance"] * 2


async def test_without_candles_or_without_an_account_nobody_can_tell() -> None:
    floor = await new_floor()
    floor.tell_account(wallet="10")
    strategy = SmaCross(SmaCrossSettings())
    board = floor.boards[BTCUSDT]
    look_at(floor, {BTCUSDT: Desk(label="mine", strategy=strategy, board=board)})
    unknown = TradingFloor(await known_contracts())
    look_at(unknown, desks_of(unknown))
