"""`backtest`: years of candles through the bot that will trade tomorrow."""

from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from noctule.app.backtest.backtesting import Wish, backtested, configured, loaded
from noctule.app.backtest.lookahead import look_ahead
from noctule.app.backtest.opening import Span
from noctule.app.backtest.outcome import Outcome
from noctule.app.backtest.result import BacktestResult
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.app.cli.backtest_progress import told_progress
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.exits import ExitCode
from noctule.app.explain.moments import moment_of
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe
from noctule.performance.text import summary_text
from noctule.telemetry.formats import iso_ms

__all__ = ["backtest"]

_Data = Annotated[
    list[Path] | None,
    typer.Option(metavar="PATH", help="A file of candles or funding, or a folder; repeatable."),
]
_Begin = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="TIME",
        help="Trade from then on, UTC; what is before warms up. Left out: after 500 candles.",
    ),
]
_End = Annotated[
    str | None, typer.Option("--to", metavar="TIME", help="Up to then, UTC; not included.")
]
_Json = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="Everything for programs; - prints it."),
]
_Report = Annotated[
    Path | None, typer.Option(metavar="FILE.html", help="One page with charts and all trades.")
]
_Trades = Annotated[
    Path | None, typer.Option(metavar="FILE.jsonl", help="A line of JSON for each trade.")
]
_Ambiguity = Annotated[
    Ambiguity,
    typer.Option(help="Which extreme of a candle comes first: it is not in the data."),
]
_Refine = Annotated[
    str | None,
    typer.Option(metavar="1m", help="Decide fills by these shorter candles among the data."),
]
_Spread = Annotated[int, typer.Option(min=0, max=1_000, help="Between bid and ask.")]
_Slippage = Annotated[
    float, typer.Option(min=0, max=0.1, metavar="SHARE", help="Of every market order.")
]
_Latency = Annotated[int, typer.Option(min=0, max=1_000, help="From a decision to the exchange.")]
_Fee = Annotated[
    float | None,
    typer.Option(min=-0.01, max=0.05, metavar="SHARE", help="Instead of the contract's own."),
]
_Check = Annotated[
    bool, typer.Option("--check-lookahead", help="Run again, cut short, and compare.")
]
_Cache = Annotated[bool, typer.Option(help="Keep what was read for the next time.")]


def backtest(  # noqa: PLR0913  # options of a command
    *,
    data: _Data = None,
    begin: _Begin = None,
    end: _End = None,
    json_file: _Json = None,
    report: _Report = None,
    trades: _Trades = None,
    ambiguity: _Ambiguity = Ambiguity.WORST,
    refine: _Refine = None,
    spread_ticks: _Spread = 1,
    slippage: _Slippage = 0.0,
    latency_ms: _Latency = 0,
    taker_fee: _Fee = None,
    maker_fee: _Fee = None,
    check_lookahead: _Check = False,
    cache: _Cache = True,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
) -> None:
    """Replay candles through the bot itself, and say what came of it and what to doubt.

    Strategy, risk and exchange are those of a run; symbols and timeframe that the configuration
    leaves as shipped are taken from the data. `data fetch` gets candles.

    Example: noctule backtest --data data/ --set strategy.fast=5 --report report.html
    """

    def manager(keys: Sequence[str]) -> ConfigManager:
        said = [*keys, *(overrides or ())]
        return config_manager(files=config, profile=profile, overrides=said)

    if not data:
        raise ConfigError(["--data: name candle files or a folder; `noctule data fetch` gets some"])
    wish = Wish(
        paths=tuple(data),
        span=Span(from_ms=_moment("--from", begin), to_ms=_moment("--to", end)),
        finer=None if refine is None else _timeframe(refine),
        terms=MarketTerms(
            ambiguity=ambiguity,
            spread_ticks=spread_ticks,
            slippage=Decimal(str(slippage)),
            latency_ms=latency_ms,
            taker_fee=_share(taker_fee),
            maker_fee=_share(maker_fee),
        ),
        is_cached=cache,
    )
    outcome = Outcome(json_file=json_file, report=report, trades=trades)
    outcome.refuse_unwritable()
    configuration = configured(wish.paths, manager)
    with told_progress() as tell:
        result = backtested(wish, configuration, tell=tell)
    outcome.write(result)
    if not outcome.is_printed:
        _print(result)
    if check_lookahead and not _is_blind(wish, configuration, result):
        raise typer.Exit(ExitCode.WRONG_USE)


def _print(result: BacktestResult) -> None:
    typer.echo(summary_text(result.summary, result.doubts), nl=False)
    candles = sum(result.course.candles.values())
    speed = candles / result.engine_s if result.engine_s else 0
    typer.echo(
        f"\n{candles:,} candles in {result.engine_s:.1f} s ({speed:,.0f} a second), read in "
        f"{result.loading_s:.1f} s\nresult {result.result_hash[:16]}, data "
        f"{result.source.data_hash[:16]}, configuration {result.fingerprint[:12]}"
    )


def _is_blind(wish: Wish, configuration: Configuration, result: BacktestResult) -> bool:
    """Print how the runs that were cut short differ; tell whether none does."""
    with ExitStack() as stack:
        tell = stack.enter_context(told_progress())
        recorded = loaded(wish, configuration, tell=tell)
        looks = [
            *look_ahead(
                wish,
                configuration,
                recorded,
                result,
                tell=lambda share: tell("looking ahead", share),
            )
        ]
    differing = [each for each in looks if each.difference is not None]
    for each in differing:
        typer.echo(f"look-ahead: cut at {iso_ms(each.cut_ms)}: {each.difference}")
    if not differing:
        compared = sum(each.compared for each in looks)
        typer.echo(
            f"look-ahead: none; {len(looks)} runs were cut short, {compared} trades compared"
        )
    return not differing


def _share(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _moment(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return moment_of(text)
    except ConfigError as exc:
        raise ConfigError([each.replace("--at", option, 1) for each in exc.problems]) from exc


def _timeframe(text: str) -> Timeframe:
    try:
        return Timeframe(text)
    except ValueError as exc:
        known = ", ".join(each.value for each in Timeframe)
        raise ConfigError([f"--refine: {text!r} is not a timeframe, choose {known}"]) from exc
