"""A backtest's page in a real browser: charts are drawn there, and nowhere else."""

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.report.backtest_candles import Columns, markets_of
from noctule.adapters.report.backtest_library import our_script
from noctule.adapters.report.backtest_page import write_report
from noctule.domain.values import Symbol
from noctule.performance.doubts import doubts_of
from noctule.performance.records import Course
from noctule.performance.summary import summarise
from tests.browser.chromium import IN_A_BROWSER, browsed, complaints, corner_of, title_of
from tests.fakes.backtested import BTC, Walk, course_of, empty_course, facts, walk

pytestmark = IN_A_BROWSER

HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
TITLE = "sma_cross on BTCUSDT 5m"
CHARTS = {
    *("equity", "market", "exposure", "rolling-sharpe", "rolling-expectancy"),
    *("cost-steps", "cost-growth", "mae", "mfe", "r-multiples"),
}
SIZE_MAX = 6_000_000
YEAR = 105_120  # candles of five minutes
PATIENT = "--virtual-time-budget=60000"  # of the page's own clock, which waits for nobody


def written(path: Path, course: Course, candles: dict[Symbol, Walk]) -> Path:
    summary = summarise(course)
    columns: dict[Symbol, Columns] = dict(candles)
    write_report(
        path,
        course=course,
        summary=summary,
        doubts=doubts_of(course, summary),
        candles=columns,
        facts=facts(title=TITLE),
    )
    return path


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    candles = {BTC: walk(YEAR)}
    return written(
        tmp_path_factory.mktemp("year") / "year.html", course_of(candles, trades=400), candles
    )


def drawn(dom: str) -> set[str]:
    """Return the charts that hold a picture."""
    places = re.findall(r'<div ([^>]*\brole="img"[^>]*)>', dom)
    marked = [each for each in places if 'data-drawn="yes"' in each and "js-plotly-plot" in each]
    return {name for each in marked for name in re.findall(r'\bid="([^"]+)"', each)}


def status(dom: str, name: str) -> str:
    found = re.search(f'id="{name}"[^>]*>([^<]*)<', dom)
    assert found is not None
    return found[1]


def test_a_year_of_five_minutes_is_small_and_every_chart_is_drawn(year: Path) -> None:
    seen = browsed(year, "--dump-dom", PATIENT)

    assert year.stat().st_size < SIZE_MAX
    assert complaints(seen) == []
    assert title_of(seen) == TITLE
    assert re.search('<html lang="en" data-drawn="yes">', seen.stdout)
    assert drawn(seen.stdout) == CHARTS
    assert re.search('id="trouble"[^>]*hidden', seen.stdout)
    assert "400 trades. Zoom in for stops" in status(seen.stdout, "market-status")
    assert status(seen.stdout, "trade-status").startswith("Trades 1 to 50 of 400; net of all 400:")


def test_an_address_can_lead_to_one_trade_with_its_own_candles(year: Path) -> None:
    seen = browsed(year, "--dump-dom", PATIENT, fragment="#trade-7")

    assert complaints(seen) == []
    told = status(seen.stdout, "market-status")
    assert re.search(r"^BTCUSDT, candles of \d+(m|h), .* Trade 7: (long|short), net ", told)
    assert drawn(seen.stdout) == CHARTS


def test_thousands_of_trades_are_a_page_of_rows_and_hostile_reasons_stay_words(
    tmp_path: Path,
) -> None:
    candles = {BTC: walk(YEAR), Symbol("ETHUSDT"): walk(YEAR, seed=2)}
    course = course_of(candles, trades=5_000)
    hostile = replace(course, trades=tuple(replace(each, reason=HOSTILE) for each in course.trades))

    path = written(tmp_path / "many.html", hostile, candles)
    seen = browsed(path, "--dump-dom", PATIENT, fragment="#trade-1")

    assert path.stat().st_size < SIZE_MAX
    assert complaints(seen) == []
    assert title_of(seen) == TITLE
    assert "<img" not in seen.stdout
    table = seen.stdout.partition('id="trade-table"')[2].partition("</table>")[0]
    assert table.count("<tr>") == 51
    assert "&lt;img src=x" in table
    assert drawn(seen.stdout) == CHARTS


def test_without_a_trade_what_there_is_is_drawn_and_nothing_complains(tmp_path: Path) -> None:
    candles = {BTC: walk(2_000)}

    seen = browsed(
        written(tmp_path / "quiet.html", empty_course(candles), candles), "--dump-dom", PATIENT
    )

    assert complaints(seen) == []
    assert drawn(seen.stdout) == {"equity", "market"}
    assert status(seen.stdout, "trade-status") == "There was no trade."
    assert 'data-drawn="yes"' in seen.stdout


def test_a_script_that_got_into_the_page_would_not_run(tmp_path: Path) -> None:
    candles = {BTC: walk(100)}
    path = written(tmp_path / "taken.html", empty_course(candles), candles)
    path.write_text(path.read_text().replace("</body>", f"{HOSTILE}</body>"))

    seen = browsed(path, "--dump-dom", PATIENT)

    assert title_of(seen) == TITLE
    assert any("Content Security Policy" in line for line in complaints(seen))


def test_candles_come_out_in_the_browser_as_they_went_in(tmp_path: Path) -> None:
    candles = walk(3_000)
    (market,) = markets_of({BTC: candles})
    about = json.dumps({"first_ms": market.first_ms, "scale": market.scale})
    unpack = our_script().partition("// The figures")[0]
    path = tmp_path / "bare.html"
    path.write_text(
        f'<script type="text/plain" id="c">{market.packed}</script><pre></pre><script>{unpack}'
        f'unpackedCandles("c", {about}).then((found) => {{ const plain = {{}}; for (const name in'
        " found) plain[name] = [...found[name]]; document.querySelector('pre').textContent ="
        " JSON.stringify(plain); });</script>"
    )

    seen = browsed(path, "--dump-dom", PATIENT)

    found = json.loads(seen.stdout.partition("<pre>")[2].partition("</pre>")[0])
    assert found["at"] == candles.open_ms.tolist()
    for name in ("open", "high", "low", "close"):
        assert found[name] == getattr(candles, name).tolist(), name


@pytest.mark.parametrize(("scheme", "paper"), [(1, "#ffffff"), (0, "#11151b")])
def test_it_is_bright_by_day_and_dark_by_night(tmp_path: Path, scheme: int, paper: str) -> None:
    candles = {BTC: walk(500)}
    path = written(tmp_path / "look.html", course_of(candles, trades=9), candles)

    browsed(
        path,
        f"--screenshot={tmp_path / 'look.png'}",
        "--window-size=1280,900",
        f"--blink-settings=preferredColorScheme={scheme}",
        PATIENT,
    )

    assert corner_of((tmp_path / "look.png").read_bytes()) == (1_280, paper)
