"""Where a result is written to: each file whole, or not at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer
from msgspec import Struct

from noctule.adapters.report.backtest_page import report_text
from noctule.app.backtest.document import document_of, facts_of
from noctule.app.backtest.result import BacktestResult
from noctule.app.backtest.trade_lines import trade_lines
from noctule.domain.errors import ConfigError

__all__ = ["Outcome"]

_STANDARD_OUTPUT: Final = Path("-")


class Outcome(Struct, frozen=True, kw_only=True):
    """The files that were asked for; `-` stands for standard output."""

    json_file: Path | None = None
    report: Path | None = None
    trades: Path | None = None

    @property
    def is_printed(self) -> bool:
        """Tell whether standard output is for programs."""
        return self.json_file == _STANDARD_OUTPUT

    def refuse_unwritable(self) -> None:
        """Say what cannot be written before the work is done, not after it."""
        problems = [*self._problems()]
        if problems:
            raise ConfigError(problems)

    def write(self, result: BacktestResult) -> None:
        """Write all of them."""
        if self.trades is not None:
            _replace("--trades", self.trades, b"".join(trade_lines(result.course.trades)))
        if self.is_printed:
            typer.echo(document_of(result).decode())
        elif self.json_file is not None:
            _replace("--json", self.json_file, document_of(result))
        if self.report is not None:
            _replace("--report", self.report, _page(result))

    def _problems(self) -> Iterator[str]:
        files = {"--json": self.json_file, "--report": self.report, "--trades": self.trades}
        for option, file in files.items():
            if file is None or (file == _STANDARD_OUTPUT and option == "--json"):
                continue
            if file.is_dir():
                yield f"{option}: {file} is a folder, name a file in it"
            elif not file.absolute().parent.is_dir():
                yield f"{option}: {file} stands in a folder that is not there, make it first"


def _page(result: BacktestResult) -> bytes:
    return report_text(
        course=result.course,
        summary=result.summary,
        doubts=result.doubts,
        candles=result.candles,
        facts=facts_of(result),
    ).encode()


def _replace(option: str, file: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old content or the new, whole.

    What is no file, a device or a pipe, is written into; a link stays one.
    """
    target = file.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _put_in_place(target, content)
    except OSError as exc:
        wrong = (
            f"{option}: {file} cannot be written ({exc.strerror}), name one in a folder of yours"
        )
        raise ConfigError([wrong]) from exc


def _put_in_place(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)  # it is there only if it was not finished
