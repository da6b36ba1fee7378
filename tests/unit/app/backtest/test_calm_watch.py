"""Near a limit of the owner's, every price is looked at; far from all, none is."""

from pathlib import Path

from tests.fakes.replayed import flat_rows, replay

PLAN = "10 LONG 28000 33000; 80 LONG 28000 33000; 85 FLAT; 90 LONG 28000 33000"
FAR = ("risk.stop_loss=0.1", "risk.risk_per_trade=0.1", "risk.max_total_exposure=20")
DIP = {20: (30_000.0, 30_010.0, 29_000.0, 29_990.0)}


def test_a_fall_that_stays_above_the_limits_is_passed_over(tmp_path: Path) -> None:
    ran = replay(tmp_path, flat_rows(60, DIP), *FAR, "risk.max_daily_loss=0.2", plan=PLAN)
    assert ran.course.halts == ()
    assert ran.full < 5


def test_a_fall_to_the_daily_limit_halts_though_it_is_won_back_at_the_close(
    tmp_path: Path,
) -> None:
    ran = replay(tmp_path, flat_rows(95, DIP), *FAR, "risk.max_daily_loss=0.02", plan=PLAN)
    (halt,) = ran.course.halts
    assert "the day lost" in halt
    assert ran.course.refused == {"daily_loss": 2}


def test_a_fall_from_a_peak_within_a_candle_counts_as_a_drawdown(tmp_path: Path) -> None:
    peak = {20: (30_000.0, 32_000.0, 29_990.0, 30_000.0), 21: DIP[20]}
    keys = (*FAR, "risk.max_daily_loss=1", "risk.max_drawdown=0.1")
    assert replay(tmp_path, flat_rows(95, DIP), *keys, plan=PLAN).course.halts == ()
    (halt,) = replay(tmp_path, flat_rows(95, peak), *keys, plan=PLAN).course.halts
    assert "below its peak" in halt


def test_a_peak_within_a_quiet_stretch_is_a_peak(tmp_path: Path) -> None:
    """It rises far from the last look, candle after candle, and nothing else happens."""
    rise = {
        at: (30_000.0 + at, 30_010.0 + at, 29_990.0 + at, 30_000.0 + at) for at in range(12, 60)
    }
    peak = {60: (30_060.0, 32_000.0, 30_050.0, 30_060.0), 70: DIP[20]}
    keys = (*FAR, "risk.max_daily_loss=1", "risk.max_drawdown=0.1")
    ran = replay(tmp_path, flat_rows(95, rise | peak), *keys, plan=PLAN)
    (halt,) = ran.course.halts
    assert "below its peak" in halt
