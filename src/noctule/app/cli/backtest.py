"""`backtest`: years of candles through the bot that will trade tomorrow."""

from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import typer

from noctule.adapters.report.backtest_page import write_report
from noctule.app.backtest.backtesting import Wish, backtested, configured, loaded
from noctule.app.backtest.document import document_of, facts_of
from noctule.app.backtest.lookahead import look_ahead
from noctule.app.backtest.opening import Span
from noctule.app.backtest.result import BacktestResult
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.app.backtest.trade_lines import trade_lines
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

_STANDARD_OUTPUT: Final = Path("-")
_Fee = Annotated[float | None, typer.Option(min=-0.01, max=0.05, metavar="SHARE")]


def backtest(  # noqa: PLR0913  # options of a command
    *,
    data: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="A file of candles or funding, or a folder; repeatable."),
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            help="Trade from then on, UTC; what is before warms up. Left out: after 500 candles.",
        ),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Up to then, UTC; not included.")
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Everything for programs; - prints it."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="One page with charts and all trades.")
    ] = None,
    trades: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="A line of JSON for each trade.")
    ] = None,
    ambiguity: Annotated[
        Ambiguity,
        typer.Option(help="Which extreme of a candle comes first: it is not in the data."),
    ] = Ambiguity.WORST,
    refine: Annotated[
        str | None,
        typer.Option(metavar="1m", help="Decide fills by these shorter candles among the data."),
    ] = None,
    spread_ticks: Annotated[int, typer.Option(min=1, max=1_000, help="Between bid and ask.")] = 1,
    slippage: Annotated[
        float, typer.Option(min=0, max=0.1, metavar="SHARE", help="Of every market order.")
    ] = 0.0,
    latency_ms: Annotated[
        int, typer.Option(min=0, max=60_000, help="From a decision to the exchange.")
    ] = 0,
    taker_fee: _Fee = None,
    maker_fee: _Fee = None,
    check_lookahead: Annotated[
        bool, typer.Option("--check-lookahead", help="Run again, cut short, and compare.")
    ] = False,
    cache: Annotated[bool, typer.Option(help="Keep what was read for the next time.")] = True,
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
        span=Span(
            from_ms=None if begin is None else _moment("--from", begin),
            to_ms=None if end is None else _moment("--to", end),
        ),
        finer=None if refine is None else _timeframe(refine),
        terms=MarketTerms(
            ambiguity=ambiguity,
            spread_ticks=spread_ticks,
            slippage=Decimal(str(slippage)),
            latency_ms=latency_ms,
            taker_fee=None if taker_fee is None else Decimal(str(taker_fee)),
            maker_fee=None if maker_fee is None else Decimal(str(maker_fee)),
        ),
        is_cached=cache,
    )
    for name, file in (("--json", json_file), ("--report", report), ("--trades", trades)):
        _refuse_unwritable(name, file)
    configuration = configured(wish.paths, manager)
    with told_progress() as tell:
        result = backtested(wish, configuration, tell=tell)
    _write(result, json_file=json_file, report=report, trades=trades)
    if json_file != _STANDARD_OUTPUT:
        _print(result)
    if check_lookahead and not _is_blind(wish, configuration, result):
        raise typer.Exit(ExitCode.WRONG_USE)


def _write(
    result: BacktestResult, *, json_file: Path | None, report: Path | None, trades: Path | None
) -> None:
    if trades is not None:
        with trades.open("wb") as file:
            file.writelines(trade_lines(result.course.trades))
    if json_file == _STANDARD_OUTPUT:
        typer.echo(document_of(result).decode())
    elif json_file is not None:
        json_file.write_bytes(document_of(result))
    if report is not None:
        write_report(
            report,
            course=result.course,
            summary=result.summary,
            doubts=result.doubts,
            candles=result.candles,
            facts=facts_of(result),
        )


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


def _moment(option: str, text: str) -> int:
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


def _refuse_unwritable(option: str, file: Path | None) -> None:
    """Say so before the work is done, not after it."""
    if file is None or file == _STANDARD_OUTPUT:
        return
    if file.is_dir() or not file.absolute().parent.is_dir():
        wrong = "is a folder" if file.is_dir() else "stands in a folder that is not there"
        raise ConfigError([f"{option}: {file} {wrong}, name a file in one of yours"])
