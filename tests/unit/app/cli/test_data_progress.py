"""Progress is a bar on a terminal and a line now and then elsewhere, always on stderr."""

from itertools import count

import pytest

from noctule.app.cli.data_progress import told_progress
from noctule.app.fetching.progress import Progress


def half(title: str = "BTCUSDT 5m") -> Progress:
    return Progress(title=title, done_ms=50, total_ms=100)


def test_where_nobody_looks_on_a_line_comes_every_ten_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ticks = count(step=4_000)
    with told_progress(lambda: next(ticks)) as tell:
        for _ in range(6):
            tell(half())

    captured = capsys.readouterr()
    assert captured.err == "BTCUSDT 5m: 50%\nBTCUSDT 5m: 50%\n"
    assert captured.out == ""


def test_on_a_terminal_each_series_has_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")

    with told_progress(lambda: 0) as tell:
        tell(half())
        tell(half())
        tell(half("ETHUSDT 5m"))

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "BTCUSDT 5m" in captured.err
    assert "ETHUSDT 5m" in captured.err
    assert "50%" in captured.err
