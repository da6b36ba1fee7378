"""A trial looks at one thing after the other and tells each; what it needs, it says."""

import random
import re
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.app.online.findings import Finding, Verdict
from noctule.app.workbench import trial
from noctule.app.workbench.messages import Found, Message, Progress, Told, TrialRequest
from noctule.app.workbench.seal import Seal
from noctule.app.workbench.skeleton import write_skeleton
from noctule.app.workbench.trial import hold_trial
from noctule.domain.errors import ConfigError
from noctule.engine.opinions import OpinionLimits
from tests.fakes.idea_files import write_idea

REQUEST = TrialRequest(strategy="my_idea.py", candles_max=60)
TOPICS = [
    *("file", "settings", "candles", "answers", "signals", "time"),
    *("repeat", "future", "purity"),
]
ANALYZE = "        closes = view.history"


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tried(request: TrialRequest = REQUEST) -> list[Message]:
    told: list[Message] = []
    hold_trial(request, told.append, Seal(Path.cwd(), shown="my_idea.py"))
    return told


def findings(request: TrialRequest = REQUEST) -> list[Finding]:
    return [each.finding for each in tried(request) if isinstance(each, Found)]


def failures(request: TrialRequest = REQUEST) -> list[str]:
    return [each.text for each in findings(request) if each.verdict is Verdict.FAIL]


def digest(request: TrialRequest = REQUEST) -> str:
    (told,) = [each.digest for each in tried(request) if isinstance(each, Told)]
    return told


FAILS_LATER = """
    MADE = []

    def __init__(self, settings):
        super().__init__(settings)
        self.MADE.append(1)
        if len(self.MADE) > {good}:
            raise SystemExit("enough")

    @property
    def warmup_bars(self):
        return 20
"""
WARMS_LATER = """
    MADE = []

    @property
    def warmup_bars(self):
        self.MADE.append(1)
        if len(self.MADE) > {good}:
            raise SystemExit("enough")
        return 20
"""
WARMUP = """
    @property
    def warmup_bars(self) -> int:
        return self.settings.lookback
"""


@pytest.mark.parametrize("text", [FAILS_LATER, WARMS_LATER])
@pytest.mark.parametrize("good", range(1, 5))
def test_one_that_cannot_be_made_once_more_is_its_owners_affair(good: int, text: str) -> None:
    write_idea(Path(), WARMUP, text.format(good=good))
    try:
        (told, *_) = failures()
    except ConfigError as exc:
        (told,) = exc.problems
    assert re.match(r"my_idea\.py:\d+: SystemExit: enough while it was made", told)


def test_a_good_strategy_passes_in_everything() -> None:
    write_idea(Path())
    found = findings()
    assert [each.topic for each in found] == TOPICS
    assert {each.verdict for each in found} == {Verdict.OK}
    assert [each.text for each in found[:3]] == [
        "my_idea.py:MyIdea is loaded, goes by my_idea, needs 20 candles of history",
        "lookback = 20",
        "60 of BTCUSDT 1m, 2026-01-01 00:00 to 2026-01-01 01:00, made up with seed 1",
    ]


def test_the_skeleton_passes_in_everything_with_higher_timeframes_too() -> None:
    skeleton = write_skeleton("my_trend", Path("ideas"))
    request = TrialRequest(
        strategy=skeleton.reference, candles_max=300, own=("average=5",), usual_higher=("5m", "1m")
    )
    found = findings(request)
    assert {each.verdict for each in found} == {Verdict.OK}
    assert found[2].text.startswith("300 of BTCUSDT 1m, 5m, ")


def test_a_built_in_strategy_can_be_tried_by_its_name() -> None:
    request = TrialRequest(strategy="sma_cross", candles_max=200, own=("fast=3", "slow=7"))
    found = findings(request)
    assert [each.topic for each in found] == TOPICS
    assert {each.verdict for each in found} == {Verdict.OK}
    assert found[0].text.startswith("sma_cross:SmaCross is loaded, goes by sma_cross, ")


@pytest.mark.parametrize(
    ("right", "wrong", "own", "told"),
    [
        (
            "def analyze",
            "async def analyze",
            (),
            "my_idea.py:21: analyze is async: nothing may be waited for in it, take async away",
        ),
        ("", "", ("lookback=1000",), "--set [strategy] lookback: '1000' is out of range, "
         "allowed is 2 to 500"),
        ("", "", ("lokback=30",), "--set [strategy] lokback: unknown key, "
         "did you mean 'lookback'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_told_and_nothing_else(
    right: str, wrong: str, own: tuple[str, ...], told: str
) -> None:
    write_idea(Path(), right, wrong)
    assert failures(replace(REQUEST, own=own)) == [told]
    assert [each for each in tried(replace(REQUEST, own=own)) if isinstance(each, Told)] == [
        Told("")
    ]


def test_the_same_is_signalled_by_an_echo_and_by_nobody_else() -> None:
    write_idea(Path())
    whole, echo = digest(), digest(replace(REQUEST, is_echo=True))
    assert whole == echo
    assert len(whole) == 64
    assert findings(replace(REQUEST, is_echo=True)) == []
    assert digest(replace(REQUEST, own=("lookback=5",))) != whole


def test_what_is_drawn_from_the_chance_of_all_is_noticed() -> None:
    write_idea(Path(), ANALYZE, f"        import random as chance; chance.random()\n{ANALYZE}")
    state = random.getstate()
    told = failures()
    random.setstate(state)
    assert "my_idea.py: it drew from the random numbers that all share" in told


def test_a_candle_that_was_changed_is_noticed() -> None:
    change = "        import msgspec; msgspec.structs.force_setattr(candle, 'volume', 0.0)\n"
    write_idea(Path(), ANALYZE, change + ANALYZE)
    assert "my_idea.py: it changed a candle that it was given" in failures()


def test_what_a_neighbour_touches_is_told_by_its_line() -> None:
    Path("levels_six.py").write_text("import time\n\n\ndef now():\n    return time.time()\n")
    write_idea(Path(), "from pydantic", "import levels_six\nfrom pydantic")
    assert failures() == [
        "levels_six.py:5: time.time asks for the wall clock: take candle.close_ms"
    ]
    del sys.modules["levels_six"]


def test_one_that_signals_something_else_each_time_is_not_compared() -> None:
    text = "SEEN = []\n\n\nclass MyIdea(Strategy):"
    write_idea(Path(), "class MyIdea(Strategy):", text)
    text = Path("my_idea.py").read_text()
    grown = f"        SEEN.append(1)\n{ANALYZE}"
    Path("my_idea.py").write_text(
        text.replace(ANALYZE, grown).replace('reason="above"', 'reason=f"{len(SEEN)} seen"')
    )
    found = {each.topic: each.verdict for each in findings()}
    assert (found["repeat"], found["future"]) == (Verdict.FAIL, Verdict.WARN)
    assert digest() == ""


def test_a_slow_strategy_sees_fewer_candles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_MAIN_S_MAX", 0.0)
    write_idea(Path())
    answers = next(each for each in findings() if each.topic == "answers")
    assert answers.text.startswith("asked 1 times")
    assert digest(replace(REQUEST, is_echo=True)) == ""


def test_one_that_would_be_disabled_is_played_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LIMITS", OpinionLimits(too_slow_ms=0))
    write_idea(Path())
    assert [each.topic for each in findings()] == [
        *("file", "settings", "candles", "answers", "signals", "time", "purity"),
    ]


def test_it_tells_that_it_lives_and_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_BEAT_S", 0.0)
    write_idea(Path())
    steps = [each for each in tried() if isinstance(each, Progress)]
    assert len(steps) > 400
    assert steps[-1] == Progress(540, 540)
    assert all(each.done <= each.total for each in steps)
