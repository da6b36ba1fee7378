"""A backtest's summary cannot change unnoticed: its text, its JSON's names, its document."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from noctule.performance.doubts import Gravity, doubts_of
from noctule.performance.doubts_of_run import ON_RUN
from noctule.performance.doubts_of_trades import ON_TRADES
from noctule.performance.json_form import SCHEMA_VERSION, json_form
from noctule.performance.records import Course
from noctule.performance.summary import summarise
from noctule.performance.text import summary_text
from tests.course_builders import BTC, ETH, LTC, course, held, long_course, trade

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "backtest-metrics.md"
RULE = "=" * 80 + "\n"
PRICES = {BTC: held([100.0, 101.0, 99.0, 102.0])}
COURSES = (
    course(held=PRICES, candles={BTC: 4}),
    course(trade("10", fees="0.4", worst="98", best="112"), held=PRICES, candles={BTC: 4}),
    long_course(trades=400, symbols=(BTC, ETH, LTC), hours=12_000),
)
BY_KEY = {"candles", "missing", "refused", "unknown", "held"} | {
    f"by_{kind}" for kind in ("symbol", "side", "strategy", "exit")
}


def test_runs_are_told_as_they_were_looked_at() -> None:
    golden = (HERE / "backtest_summary.txt").read_text()

    assert RULE.join(text_of(run) for run in COURSES) == golden


def test_names_of_the_json_form_stay_as_published() -> None:
    golden = (HERE / "backtest_summary_names.txt").read_text()

    assert f"schema_version: {SCHEMA_VERSION}\n{names()}" == golden


def test_the_document_names_every_figure_and_every_doubt() -> None:
    text = DOCUMENT.read_text()
    keys = {part for name in names().splitlines() for part in name.split(".")} - {"*"}

    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
    assert [gravity for gravity in Gravity if f"`{gravity}`" not in text] == []
    asked = {ask.__name__ for ask in (*ON_TRADES, *ON_RUN)} | {"one_trade"}
    assert [name for name in sorted(asked) if f"`{name}`" not in text] == []


def text_of(run: Course) -> str:
    found = summarise(run)
    return summary_text(found, doubts_of(run, found))


def names() -> str:
    run = COURSES[-1]
    found = summarise(run)
    form = msgspec.json.decode(json_form(found, doubts_of(run, found)), type=dict[str, object])
    return "".join(f"{name}\n" for name in dict.fromkeys(names_in(form)))


def names_in(told: object, above: str = "") -> Iterator[str]:
    """Name everything that is told, however deep; a star stands for a symbol, a side …"""
    if isinstance(told, list):
        for each in told:
            yield from names_in(each, above)
    if not isinstance(told, Mapping):
        return
    is_by_key = above.rpartition(".")[2] in BY_KEY
    for name, value in told.items():
        path = f"{above}.{'*' if is_by_key else name}".removeprefix(".")
        yield path
        yield from names_in(value, path)
