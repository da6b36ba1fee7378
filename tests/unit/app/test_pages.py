"""What the pages say."""

from http import HTTPStatus
from typing import cast

import msgspec

from noctule import __version__
from noctule.adapters.web.requests import Answer
from noctule.app.pages import pages_of
from noctule.app.vital_signs import VitalSigns
from noctule.domain.signals import Reason
from noctule.domain.status import Phase
from noctule.telemetry.health import Health, Part, Role, fold

ABOUT = {"version": __version__, "environment": "sim"}
WELL = fold([Part(name="feed", role=Role.VITAL)])


class Signs:
    """Vital signs as somebody saw them last."""

    def __init__(
        self, health: Health = WELL, *, phase: Phase = Phase.RUNNING, age_ms: int | None = 400
    ) -> None:
        self.health, self.phase, self.age_ms = health, phase, age_ms


def page(path: str, signs: Signs, *reasons: Reason) -> tuple[HTTPStatus, object]:
    pages = pages_of(
        cast(VitalSigns, signs),
        environment="sim",
        reasons=lambda: reasons,
        readings=lambda: [("equity", (), 1.0)],
    )
    answer: Answer = pages[path]()
    if answer.content_type != "application/json":
        return answer.status, answer.body.decode()
    return answer.status, msgspec.json.decode(answer.body)


def test_healthz_tells_the_fold_and_every_part() -> None:
    limping = fold([Part(name="feed", score=55, text="silent for 151 s", role=Role.VITAL)])

    assert page("/healthz", Signs(limping)) == (
        HTTPStatus.OK,
        {
            **ABOUT,
            "health": "degraded",
            "score": 55,
            "phase": "running",
            "looked_ms_ago": 400,
            "parts": [{"part": "feed", "score": 55, "role": "vital", "why": "silent for 151 s"}],
        },
    )


def test_healthz_says_503_when_it_fails_and_when_nobody_has_looked() -> None:
    failing = fold([Part(name="feed", score=10, role=Role.VITAL)])

    assert page("/healthz", Signs(failing))[0] == HTTPStatus.SERVICE_UNAVAILABLE
    for age_ms in (None, 10_000):
        status, told = page("/healthz", Signs(age_ms=age_ms))
        assert status == HTTPStatus.SERVICE_UNAVAILABLE
        assert isinstance(told, dict)
        assert (told["health"], told["score"]) == ("unknown", 0)


def test_readyz_says_200_once_it_runs_whatever_keeps_entries_off() -> None:
    paused = Reason(check="pause", text="paused by the owner")

    assert page("/readyz", Signs(), paused) == (
        HTTPStatus.OK,
        {
            **ABOUT,
            "ready": True,
            "phase": "running",
            "entries_off": [{"check": "pause", "why": "paused by the owner"}],
        },
    )


def test_readyz_says_503_before_and_after() -> None:
    for phase in (Phase.RECOVERING, Phase.WARMING_UP, Phase.STOPPING):
        assert page("/readyz", Signs(phase=phase))[0] == HTTPStatus.SERVICE_UNAVAILABLE


def test_metrics_are_read_when_somebody_asks() -> None:
    status, told = page("/metrics", Signs())

    assert status == HTTPStatus.OK
    assert isinstance(told, str)
    assert "noctule_equity 1.0\n" in told
