"""RiskManager says yes with a quantity, or no with every reason at once."""

from noctule.domain import values
from noctule.domain.regime import Regime
from noctule.domain.signals import Approved, Direction, Reason, Refused
from noctule.risk.limits import RiskLimits
from noctule.risk.manager import RiskManager
from tests.builders import BTCUSDT
from tests.risk_builders import case, desk, portfolio, scene, terms, wish


def checks_of(verdict: Approved | Refused) -> list[str]:
    assert isinstance(verdict, Refused)
    return [reason.check for reason in verdict.reasons]


def test_what_nothing_speaks_against_is_approved() -> None:
    assert RiskManager(RiskLimits()).assess(case()) == Approved(
        symbol=BTCUSDT,
        direction=Direction.LONG,
        quantity=values.quantity("0.139"),
        stop=values.price("59400.00"),
        target=values.price("61200.00"),
    )


def test_one_reason_is_enough() -> None:
    verdict = RiskManager(RiskLimits()).assess(case(at_desk=desk(is_acted_on=True)))
    assert checks_of(verdict) == ["duplicate"]


def test_every_reason_is_told_at_once() -> None:
    paused = Reason(check="pause", text="paused by the owner")
    verdict = RiskManager(RiskLimits()).assess(
        case(
            wish(stop=60_001.0),
            at_desk=desk(is_acted_on=True, halts=(paused,)),
            market=scene(ask=60_100.0),
        )
    )
    assert checks_of(verdict) == ["pause", "duplicate", "spread", "stop"]
    assert isinstance(verdict, Refused)
    assert verdict.reasons[0] is paused


def test_a_halt_is_not_told_twice_by_the_check_that_raised_it() -> None:
    halt = Reason(check="daily_loss", text="the day lost 6 %; for 12.0 minutes more")
    account = portfolio(wallet="9400", day_equity="10000")
    verdict = RiskManager(RiskLimits()).assess(case(account=account, at_desk=desk(halts=(halt,))))
    assert verdict == Refused(reasons=(halt,))


def test_other_limits_hold_from_the_next_wish_on() -> None:
    manager = RiskManager(RiskLimits())
    stricter = RiskLimits.model_validate({"risk_per_trade": "0.001"})
    manager.adopt(stricter)
    approved = manager.assess(case())
    assert isinstance(approved, Approved)
    assert manager.limits is stricter
    assert approved.quantity == values.quantity("0.013")


def test_a_regime_that_takes_nothing_is_told_once_and_not_by_the_size() -> None:
    limits = RiskLimits.model_validate({"regime_scale": ("illiquid: 0",)})
    verdict = RiskManager(limits).assess(case(market=scene(regime=Regime.ILLIQUID)))
    reason = Reason(check="regime", text="the regime is illiquid: no entries are made")
    assert verdict == Refused(reasons=(reason,))


def test_what_a_regime_takes_of_the_risk_is_shown_beside_the_size() -> None:
    limits = RiskLimits.model_validate({"regime_scale": ("high_volatility: 0.5",)})
    volatile = case(market=scene(regime=Regime.HIGH_VOLATILITY))
    gates = RiskManager(limits).weigh(volatile).told()
    assert gates["regime"] == "the regime is high_volatility: 0.5 of risk_per_trade is taken"
    assert gates["size"] == "0.069, bound by what may be lost at the stop"
    assert gates["loss"].startswith("49.6386 of 50.000 if the stop")


def test_every_gate_is_shown_with_its_numbers() -> None:
    assert RiskManager(RiskLimits()).weigh(case()).told() == {
        "symbol_status": "BTCUSDT is TRADING",
        "foreign": "everything here is ours",
        "position": "nothing is held",
        "duplicate": "the signal of this candle is new",
        "before_start": "the candle closed 59.999 s after the start",
        "max_positions": "0 of 3 positions",
        "order_rate": "0 of 30 entries in the last minute",
        "room": "there is room for an order",
        "stale_data": "last heard of 100 ms ago, at most 90000",
        "clock_offset": "the clocks differ by 3 ms, at most 1000",
        "regime": "no regime changes what is risked",
        "spread": "the spread is 0 %, at most 0.1 %",
        "price_band": "signal at 60000.0, mark at 60000.0: 0 % apart, at most 2 %",
        "funding": "funding is not guarded against",
        "news": "no news is expected",
        "daily_loss": "the day lost 0 %, at most 5 %",
        "drawdown": "equity is 0 % below its peak, at most 20 %",
        "correlation": "nothing held to compare with",
        "size": "0.139, bound by what may be lost at the stop",
        "loss": "99.9966 of 100.00 if the stop at 59400.00 fills at 59370.300, "
        "entered at 60030.000",
        "margin": "1668.83",
        "liquidation": "near 48216.9",
    }


def test_closed_gates_are_shown_too_and_halts_and_what_has_no_size() -> None:
    halt = Reason(check="drawdown", text="fell; until somebody resumes")
    stopped = case(wish(stop=61_000.0), at_desk=desk(has_room=False, halts=(halt,)))
    gates = RiskManager(RiskLimits()).weigh(stopped).told()
    assert gates["room"] == "too many orders wait to be sent"
    assert gates["drawdown"] == "fell; until somebody resumes"
    assert gates["stop"] == "the stop at 61000.00 is not below 60000.0: it would be hit at once"
    assert "size" not in gates


def test_a_position_that_nothing_liquidates_says_so() -> None:
    assert (
        RiskManager(RiskLimits()).weigh(case(at=terms(leverage=1))).told()["liquidation"] == "none"
    )
