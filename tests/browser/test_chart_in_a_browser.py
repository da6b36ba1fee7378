"""The chart's page in a real browser; what a parser can tell is tested without, in test_page.py."""

import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.report.page import page_of
from noctule.adapters.report.shapes import Box
from noctule.app.explain.picture import picture_of
from noctule.app.explain.witness import witness
from tests.builders import START_MS, candles
from tests.fakes.explained import desk_of

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

pytestmark = [
    pytest.mark.slow,  # a browser's start
    pytest.mark.skipif(not BROWSER, reason="no Chromium is installed: apt install chromium"),
]

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


def browsed(page: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Open the page without a window, without a network, in a profile of its own."""
    return subprocess.run(
        [
            BROWSER,
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--hide-scrollbars", "--enable-logging=stderr"),
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={page.parent / 'profile'}",
            *options,
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )


def complaints(seen: "subprocess.CompletedProcess[str]") -> list[str]:
    return [line for line in seen.stderr.splitlines() if "CONSOLE" in line]


def title_of(seen: "subprocess.CompletedProcess[str]") -> str:
    found = re.search("<title>(.*?)</title>", seen.stdout)
    assert found is not None
    return found[1]


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


def corner_of(png: bytes) -> tuple[int, str]:
    """Return a picture's width, and the colour of its first pixel, which no filter changes."""
    (width,) = struct.unpack(">I", png[16:20])
    at, pixels = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            pixels += png[at + 8 : at + 8 + length]
        at += length + 12
    return width, f"#{zlib.decompress(pixels)[1:4].hex()}"
