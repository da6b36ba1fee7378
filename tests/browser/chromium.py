"""A Chromium without a window, without a network, in a profile of its own."""

import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

__all__ = ["IN_A_BROWSER", "browsed", "complaints", "corner_of", "title_of"]

_BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

IN_A_BROWSER = [
    pytest.mark.slow,  # a browser's start
    pytest.mark.skipif(not _BROWSER, reason="no Chromium is installed: apt install chromium"),
]


def browsed(page: Path, *options: str, fragment: str = "") -> "subprocess.CompletedProcess[str]":
    """Open the page."""
    return subprocess.run(
        [
            _BROWSER,
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--hide-scrollbars", "--enable-logging=stderr"),
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={page.parent / 'profile'}",
            *options,
            f"{page.as_uri()}{fragment}",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )


def complaints(seen: "subprocess.CompletedProcess[str]") -> list[str]:
    """Return what the page wrote to the console."""
    return [line for line in seen.stderr.splitlines() if "CONSOLE" in line]


def title_of(seen: "subprocess.CompletedProcess[str]") -> str:
    """Return the title of what was dumped."""
    found = re.search("<title>(.*?)</title>", seen.stdout)
    assert found is not None
    return found[1]


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
