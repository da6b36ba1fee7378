"""What is not well is told when it begins and when it is over, and counted."""

import pytest

from noctule.engine.ailments import Ailments
from noctule.telemetry.health import Part

SILENT = Part(name="feed", score=40, text="silent for 192 s, 300 s at most")
WORSE = Part(name="feed", score=10, text="silent for 273 s, 300 s at most")
WELL = Part(name="feed")


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, object]]:
    return [(record.levelname, record.message, vars(record)["fields"]) for record in caplog.records]


def test_what_begins_is_one_warning_and_what_is_over_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    ailments = Ailments(steady_ms=10_000)
    for elapsed_ms, part in [
        (0, WELL),
        (1_000, SILENT),
        (2_000, WORSE),
        (3_000, SILENT),
        (4_000, WELL),
        (13_999, WELL),
    ]:
        ailments.note([part], elapsed_ms=elapsed_ms)
    assert told(caplog) == [
        ("WARNING", "degraded", {"part": "feed", "score": 40, "why": SILENT.text})
    ]
    assert ailments.ailing == {"feed"}

    ailments.note([WELL], elapsed_ms=14_000)

    assert told(caplog)[1:] == [
        ("INFO", "well again", {"part": "feed", "after_ms": 3_000, "lowest_score": 10})
    ]
    assert ailments.ailing == frozenset()


def test_what_flickers_is_one_ailment_and_what_comes_back_later_another() -> None:
    ailments = Ailments(steady_ms=5_000)
    for elapsed_ms, part in [(0, SILENT), (1_000, WELL), (2_000, SILENT), (3_000, WELL)]:
        ailments.note([part], elapsed_ms=elapsed_ms)
    assert ailments.counts == {"feed": 1}

    ailments.note([WELL], elapsed_ms=8_000)
    ailments.note([SILENT], elapsed_ms=9_000)

    assert ailments.counts == {"feed": 2}


def test_each_part_is_followed_by_itself() -> None:
    ailments = Ailments()
    ailments.note([WELL, Part(name="web", score=0, text="port taken")], elapsed_ms=0)

    assert ailments.ailing == {"web"}
