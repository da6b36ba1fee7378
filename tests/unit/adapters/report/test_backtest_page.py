import json
import re
from base64 import b64decode, b64encode
from gzip import decompress
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from noctule.adapters.report.backtest_candles import Columns
from noctule.adapters.report.backtest_facts import SourceNote
from noctule.adapters.report.backtest_page import report_text, write_report
from noctule.domain.values import Symbol
from noctule.performance.doubts import doubts_of
from noctule.performance.records import Course
from noctule.performance.summary import summarise
from tests.fakes.backtested import BTC, Walk, course_of, empty_course, facts, walk

HOSTILE = "</script></title><script>alert(1)</script><img src=x>"
VOID = {"meta", "input"}


class Reader(HTMLParser):
    """Checks that every element is closed in order, and keeps scripts, tags and ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.scripts: dict[str | None, str] = {}
        self._open: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()
        assert not self._open, f"left open: {self._open}"

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        name = dict(attrs).get("id")
        if name:
            self.ids.append(name)
        if tag not in VOID:
            self._open.append((tag, name))

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    @override
    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "script":
            self.scripts[self._open[-1][1]] = self.scripts.get(self._open[-1][1], "") + data


def page(course: Course, candles: dict[Symbol, Walk], **kept: object) -> str:
    summary = summarise(course)
    columns: dict[Symbol, Columns] = dict(candles)
    return report_text(
        course=course,
        summary=summary,
        doubts=doubts_of(course, summary),
        candles=columns,
        facts=facts(**kept),
    )


def payload(reader: Reader) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decompress(b64decode(reader.scripts["course"])))
    return found


@pytest.fixture(scope="module")
def written() -> str:
    candles = {BTC: walk(4_000), Symbol("ETHUSDT"): walk(4_000, seed=2)}
    return page(course_of(candles, trades=60), candles)


def test_the_page_opens_with_its_doubts_and_is_one_tidy_document(written: str) -> None:
    reader = Reader(written)

    assert written.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert written.index('<section id="doubts"') < written.index('<section id="summary"')
    assert len(reader.ids) == len(set(reader.ids))
    for target in re.findall('href="#([^"]+)"', written):
        assert target in reader.ids


def test_only_our_two_scripts_may_run_and_nothing_may_be_loaded(written: str) -> None:
    reader = Reader(written)
    library = decompress(b64decode(reader.scripts["plotly-js"])).decode()

    allowed = re.findall("'sha256-([^']+)'", written)

    assert allowed == [
        b64encode(sha256(script.encode()).digest()).decode()
        for script in (library, reader.scripts[None])
    ]
    assert "default-src 'none'" in written
    assert "unsafe-eval" not in written
    assert not re.search(r'<(link|img|iframe)|src="', written)


def test_every_chart_that_is_carried_has_its_place(written: str) -> None:
    reader = Reader(written)

    ids = [each["id"] for each in payload(reader)["figures"]]

    assert ids[:2] == ["equity", "exposure"]
    assert set(ids) <= set(reader.ids)
    assert [each["symbol"] for each in payload(reader)["markets"]] == ["BTCUSDT", "ETHUSDT"]
    assert {"candles-0", "candles-1"} <= set(reader.ids)
    assert payload(reader)["columns"]["number"] == list(range(1, 61))


def test_the_same_run_gives_the_same_page_to_the_letter(written: str) -> None:
    candles = {BTC: walk(4_000), Symbol("ETHUSDT"): walk(4_000, seed=2)}

    assert page(course_of(candles, trades=60), candles) == written


def test_hostile_words_stay_words_wherever_they_come_from() -> None:
    candles = {Symbol(HOSTILE): walk(300)}
    course = course_of(candles, trades=5)

    reader = Reader(
        page(
            course,
            candles,
            title=HOSTILE,
            settings=((HOSTILE, HOSTILE),),
            assumptions=(HOSTILE,),
            quirks=(HOSTILE,),
            files=(SourceNote(path=HOSTILE, sha256=HOSTILE, rows=1),),
            versions=((HOSTILE, HOSTILE),),
            data_hash=HOSTILE,
            result_hash=HOSTILE,
        )
    )

    assert "img" not in reader.tags
    assert set(reader.scripts) == {"plotly-js", "course", "candles-0", None}


def test_a_run_without_a_trade_or_even_a_candle_is_a_page_all_the_same() -> None:
    candles = {BTC: walk(100)}
    quiet = page(empty_course(candles), candles)
    nothing = page(empty_course({BTC: walk(0)}), {})

    assert [each["id"] for each in payload(Reader(quiet))["figures"]] == ["equity"]
    assert "There was no trade." in quiet
    assert payload(Reader(nothing))["figures"] == []
    assert "There are no candles to draw." in nothing


def test_the_page_is_written_to_a_file(tmp_path: Path) -> None:
    candles = {BTC: walk(100)}
    course = empty_course(candles)
    path = tmp_path / "report.html"

    write_report(
        path,
        course=course,
        summary=summarise(course),
        doubts=(),
        candles={BTC: candles[BTC]},
        facts=facts(),
    )

    assert path.read_text("utf-8").endswith("</html>\n")
