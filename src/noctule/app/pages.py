"""The pages: how well the bot is, whether it is ready, and its metrics."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Final

import msgspec

from noctule import __version__
from noctule.adapters.web.exposition import metrics_page
from noctule.adapters.web.requests import Answer, Pages
from noctule.app.vital_signs import VitalSigns
from noctule.domain.signals import Reason
from noctule.domain.status import Phase
from noctule.telemetry.health import Word
from noctule.telemetry.metrics import Reading

__all__ = ["pages_of"]

_STALE_MS: Final = 10_000  # a look is a second old; if it is that old nobody looks any more
_JSON: Final = "application/json"


def pages_of(
    signs: VitalSigns,
    *,
    environment: str,
    reasons: Callable[[], Iterable[Reason]],
    readings: Callable[[], Iterable[Reading]],
) -> Pages:
    """Return the pages by their paths."""
    about = {"version": __version__, "environment": environment}
    return {
        "/healthz": lambda: _health(signs, about),
        "/readyz": lambda: _readiness(signs, about, reasons()),
        "/metrics": lambda: metrics_page(readings),
    }


def _health(signs: VitalSigns, about: Mapping[str, str]) -> Answer:
    health, age_ms = signs.health, signs.age_ms
    is_seen = age_ms is not None and age_ms < _STALE_MS
    told = {
        **about,
        "health": health.word if is_seen else "unknown",
        "score": health.score if is_seen else 0,
        "phase": signs.phase,
        "looked_ms_ago": age_ms,
        "parts": [
            {"part": each.name, "score": each.score, "role": each.role, "why": each.text}
            for each in health.parts
        ],
    }
    return _json(told, is_good=is_seen and health.word is not Word.FAILING)


def _readiness(signs: VitalSigns, about: Mapping[str, str], reasons: Iterable[Reason]) -> Answer:
    is_ready = signs.phase is Phase.RUNNING
    off = [{"check": each.check, "why": each.text} for each in reasons]
    told = {**about, "ready": is_ready, "phase": signs.phase, "entries_off": off}
    return _json(told, is_good=is_ready)


def _json(told: Mapping[str, object], *, is_good: bool) -> Answer:
    return Answer(
        status=HTTPStatus.OK if is_good else HTTPStatus.SERVICE_UNAVAILABLE,
        content_type=_JSON,
        body=msgspec.json.format(msgspec.json.encode(told)) + b"\n",
    )
