"""The chart's page in a real browser; what a parser can tell is tested without, in test_page.py."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.report.page import page_of
from noctule.adapters.report.shapes import Box
from noctule.app.explain.picture import picture_of
from noctule.app.explain.witness import witness
from tests.browser.chromium import IN_A_BROWSER, browsed, complaints, corner_of, title_of
from tests.builders import START_MS, candles
from tests.fakes.explained import desk_of

pytestmark = IN_A_BROWSER

HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
TITLE = "BTCUSDT 1m, 2026-09-28 00:20 UTC: toy"
LIGHT, DARK = "#ffffff", "#11151b"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write the page of a strategy that draws one of everything, and of one hostile label."""
    bars = candles([101.0 + number for number in range(40)])
    seen = witness(desk_of(), bars, at=20, bars=20, after=4)
    shown = picture_of(seen, strategy="toy", settings={})
    box = Box(label=HOSTILE, low=115.0, high=120.0, from_ms=START_MS)
    chart = replace(shown.chart, shapes=(box, *shown.chart.shapes))
    path = tmp_path / "chart.html"
    path.write_text(page_of(replace(shown, lines=[HOSTILE], chart=chart)))
    return path


def test_the_page_loads_without_a_complaint_and_holds_every_figure(page: Path) -> None:
    seen = browsed(page, "--dump-dom")

    assert complaints(seen) == []
    assert title_of(seen) == TITLE
    assert not re.search("<(script|img)", seen.stdout)
    for figure, count in {
        'class="box up"': 1,
        'class="pin faded"': 1,
        'class="trail t0"': 1,
        'class="arrow up"': 2,
        'class="later"': 1,
    }.items():
        assert seen.stdout.count(figure) == count, figure
    assert len(re.findall('<g class="(?:up|down)"><title>', seen.stdout)) == 20


def test_even_a_script_that_got_into_the_page_would_not_run(page: Path) -> None:
    page.write_text(page.read_text().replace("</body>", f"{HOSTILE}</body>"))

    seen = browsed(page, "--dump-dom")

    assert title_of(seen) == TITLE
    assert any("Content Security Policy" in line for line in complaints(seen))


@pytest.mark.parametrize(("scheme", "paper"), [(1, LIGHT), (0, DARK)], ids=["light", "dark"])
def test_it_is_bright_by_day_and_dark_by_night(page: Path, scheme: int, paper: str) -> None:
    picture = page.parent / "chart.png"

    browsed(
        page,
        f"--screenshot={picture}",
        "--window-size=1200,900",
        f"--blink-settings=preferredColorScheme={scheme}",
    )

    width, corner = corner_of(picture.read_bytes())
    assert (width, corner) == (1_200, paper)
