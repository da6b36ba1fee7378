"""A result for programs, and the facts that stand around its report."""

import platform
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from noctule import __version__
from noctule.adapters.report.backtest_facts import ReportFacts, SourceNote
from noctule.app.backtest.result import BacktestResult
from noctule.domain.values import Symbol
from noctule.performance.json_form import json_form
from noctule.telemetry.formats import iso_ms

__all__ = ["document_of", "facts_of"]


class _File(Struct, frozen=True, kw_only=True):
    name: str
    sha256: str
    rows: int


class _Document(Struct, frozen=True, kw_only=True):
    version: str
    result_hash: str
    data_hash: str
    fingerprint: str
    timeframe: str
    data_from: str
    data_to: str
    candles: Mapping[Symbol, int]
    engine_s: float
    loading_s: float
    measured: msgspec.Raw
    assumptions: tuple[str, ...]
    quirks: tuple[str, ...]
    files: tuple[_File, ...]
    settings: dict[str, str]


def document_of(result: BacktestResult) -> bytes:
    """Write everything but the trades and the curve, which have forms of their own."""
    source = result.source
    return msgspec.json.encode(
        _Document(
            version=__version__,
            result_hash=result.result_hash,
            data_hash=source.data_hash,
            fingerprint=result.fingerprint,
            timeframe=source.timeframe.value,
            data_from=iso_ms(source.from_ms),
            data_to=iso_ms(source.to_ms),
            candles=result.course.candles,
            engine_s=round(result.engine_s, 3),
            loading_s=round(result.loading_s, 3),
            measured=json_form(result.summary, result.doubts),
            assumptions=result.assumptions,
            quirks=source.quirks,
            files=tuple(
                _File(name=each.path.name, sha256=each.sha256, rows=each.rows)
                for each in source.files
            ),
            settings=dict(_settings(result)),
        )
    )


def facts_of(result: BacktestResult) -> ReportFacts:
    """Return what stands around the figures on the page."""
    source, curve = result.source, result.course.curve
    symbols = ", ".join(result.course.candles)
    return ReportFacts(
        title=f"Backtest of {symbols} {source.timeframe.value}",
        from_ms=curve.at_ms[0] if curve.at_ms else source.from_ms,
        to_ms=curve.at_ms[-1] if curve.at_ms else source.to_ms,
        settings=_settings(result),
        assumptions=result.assumptions,
        files=tuple(
            SourceNote(path=each.path.name, sha256=each.sha256, rows=each.rows)
            for each in source.files
        ),
        quirks=source.quirks,
        data_hash=source.data_hash,
        result_hash=result.result_hash,
        versions=(("noctule", __version__), ("Python", platform.python_version())),
    )


def _settings(result: BacktestResult) -> tuple[tuple[str, str], ...]:
    """Leave out what says where a bot lives, and all that is secret."""
    elsewhere = ("api", "logging", "store", "control", "web", "shutdown", "credentials")
    return tuple(
        (f"{row.section}.{row.key}", row.value)
        for row in result.settings
        if row.section not in elsewhere and row.value
    )
