"""In the calm a process trades, or says a sound reason why it does not."""

from noctule.app.storm.promises.progress import AllGoesOn
from noctule.domain.events.signal import SignalRefused
from noctule.domain.signals import Direction, Reason
from noctule.domain.values import Symbol
from tests.fakes.storm_court import BTC, ETH, Court, a_life

LONG_MS = 10 * 60_000


def _refuse(court: Court[AllGoesOn], check: str) -> None:
    for symbol in (BTC, ETH):
        court.rule.heard(
            SignalRefused(
                at_ms=0,
                trace="",
                symbol=Symbol(symbol),
                strategy="StormIdea",
                direction=Direction.LONG,
                reasons=(Reason(check=check, text="it is so"),),
            )
        )


def test_what_is_held_or_was_entered_lately_is_fine() -> None:
    court = Court(AllGoesOn)
    court.wait(LONG_MS)
    court.scene.market(ETH, "1")
    court.enter()
    court.leave()
    court.rule.calm()
    assert court.told == []


def test_silence_is_not() -> None:
    court = Court(AllGoesOn)
    court.wait(LONG_MS)
    court.rule.calm()
    assert court.told == [
        "BTCUSDT was neither entered nor refused for 8 min",
        "ETHUSDT was neither entered nor refused for 8 min",
    ]


def test_a_sound_reason_is_fine() -> None:
    court = Court(AllGoesOn)
    court.wait(LONG_MS)
    _refuse(court, "max_positions")
    court.rule.calm()
    assert court.told == []


def test_one_that_should_have_passed_is_told() -> None:
    court = Court(AllGoesOn)
    court.wait(LONG_MS)
    _refuse(court, "stale_data")
    court.rule.calm()
    assert court.told == [
        "BTCUSDT is refused still: stale_data: it is so",
        "ETHUSDT is refused still: stale_data: it is so",
    ]


def test_a_process_that_does_not_trade_is_told() -> None:
    court = Court(AllGoesOn, life=a_life(is_running=False))
    court.rule.calm()
    assert court.told == ["no process trades"]
