"""The columns of Binance's archive, in their places, and what a header may look like."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

__all__ = ["CANDLES", "FUNDING", "Header", "Layout", "header_of", "quoted"]


class Layout(Struct, frozen=True, kw_only=True):
    """Names of columns; the first ones are needed, the others may be missing."""

    names: tuple[str, ...]
    needed: int


class Header(Struct, frozen=True, kw_only=True):
    """What the first line says about a file."""

    columns: int
    lines: int  # 0: there is none, the first line is a row already
    flaw: str | None = None


CANDLES: Final = Layout(
    names=(
        *("open_time", "open", "high", "low", "close", "volume", "close_time"),
        *("quote_volume", "count", "taker_buy_volume", "taker_buy_quote_volume"),
    ),
    needed=7,  # up to close_time
)
FUNDING: Final = Layout(
    names=("calc_time", "funding_interval_hours", "last_funding_rate"), needed=3
)

_TEXT_MAX: Final = 40  # of what a flawed field is quoted with


def header_of(first_line: bytes, layout: Layout) -> Header:
    """Tell a header from a row: a row begins with a digit, a header with the first column's name.

    Columns after the known ones may have any name.
    """
    fields = _fields(first_line)
    if fields[0][:1].isdigit() or fields[0][:1] == "-":
        return Header(columns=len(fields), lines=0, flaw=_too_few(fields, layout))
    return Header(columns=len(fields), lines=1, flaw=_misnamed(fields, layout))


def quoted(text: str) -> str:
    """Quote what stands in a field, as far as it can be shown."""
    if not text:
        return "blank"
    shown = text[:_TEXT_MAX]
    return f'"{shown}"' if shown.isprintable() else ascii(shown)


def _fields(line: bytes) -> list[str]:
    text = line.decode("utf-8-sig", errors="replace")
    (fields, *_) = [*csv.reader(io.StringIO(text)), [""]]
    return [field.strip() for field in fields] or [""]


def _misnamed(fields: Sequence[str], layout: Layout) -> str | None:
    for place, (field, name) in enumerate(zip(fields, layout.names, strict=False), start=1):
        if field.lower() != name:
            should = ",".join(layout.names)
            return f"column {place} is {quoted(field)}, should be {name} of {should}"
    return _too_few(fields, layout)


def _too_few(fields: Sequence[str], layout: Layout) -> str | None:
    if len(fields) >= layout.needed:
        return None
    should = ",".join(layout.names[: layout.needed])
    return f"{len(fields)} columns, should be at least {layout.needed}: {should}"
