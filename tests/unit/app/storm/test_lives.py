"""One process follows another: after a crash, a restart, or a start that was refused."""

from noctule.app.storm.run import run_storm
from noctule.app.storm.story import Crash, Reload, Shock, ShockKind
from tests.fakes.lived_storm import lived
from tests.fakes.small_storms import a_story

MINUTE_MS = 60_000


def test_what_a_dead_process_has_written_is_what_the_next_begins_with() -> None:
    """Its stop is there, and only the target that it remembers is not."""
    crash, recovery = lived().told("fate", "crash")[0], lived().told("log", "recovery")[0]
    assert crash.at_ms < recovery.at_ms < crash.at_ms + 5_000
    assert "as remembered" in recovery.text


def test_a_configuration_that_keeps_it_from_starting_is_corrected() -> None:
    heard: list[str] = []
    story = a_story(
        Reload(at_ms=20_000, setting="risk.max_positions", value="none"),
        Crash(at_ms=30_000, awaits=1, down_ms=1_000),
        minutes=4,
    )
    outcome = run_storm(story, note=lambda note: heard.append(note.text))
    assert any("configuration not reloaded" in text for text in heard)
    assert outcome.lives == 3
    assert outcome.violations == ()


def test_a_symbol_that_cannot_be_traded_is_left_out_by_the_next_start() -> None:
    story = a_story(
        Crash(at_ms=30_000, awaits=1, down_ms=1_000),
        symbols=("BTCUSDT", "ETHUSDT"),
        shocks=(
            Shock(at_ms=20_000, kind=ShockKind.DELISTED, symbol="ETHUSDT", for_ms=10 * MINUTE_MS),
        ),
        minutes=3,
    )
    outcome = run_storm(story)
    assert outcome.lives == 3
    assert outcome.violations == ()
