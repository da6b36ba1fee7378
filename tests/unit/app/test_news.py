"""The news calendar is read whole, or every line that cannot be is told with its place."""

from pathlib import Path

import pytest

from noctule.app.news import news_windows
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.risk.calendar import NewsWindow
from tests.fakes.home import config_at


def configured(home: Path, text: str) -> Configuration:
    (home / "news.csv").write_text(text)
    return config_at(home, f"risk.news_calendar={home / 'news.csv'}").load()


def test_without_a_calendar_there_are_no_windows(tmp_path: Path) -> None:
    assert news_windows(config_at(tmp_path).load()) == ()


def test_every_line_is_a_window(tmp_path: Path) -> None:
    text = "from,to,reason\n1970-01-01T00:01Z,1970-01-01T00:02Z,payrolls\n"
    assert news_windows(configured(tmp_path, text)) == (
        NewsWindow(from_ms=60_000, to_ms=120_000, reason="payrolls"),
    )


def test_every_line_that_makes_no_sense_is_told_with_file_and_line(tmp_path: Path) -> None:
    text = "soon,later,payrolls\n\n1970-01-01T00:01Z,1970-01-01T00:02Z,\n"
    with pytest.raises(ConfigError) as told:
        news_windows(configured(tmp_path, text))
    assert told.value.problems == (
        f"{tmp_path}/news.csv:1: 'soon' is not a time, write e.g. 2026-11-06T13:25Z",
        f"{tmp_path}/news.csv:3: has no reason, write what is expected",
    )


def test_of_a_wrong_file_only_the_first_lines_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        news_windows(configured(tmp_path, "what is this\n" * 50))
    assert len(told.value.problems) == 21
    assert told.value.problems[-1] == f"{tmp_path}/news.csv: and 30 more"


def test_a_file_that_cannot_be_read_any_more_is_told_with_its_key(tmp_path: Path) -> None:
    configuration = configured(tmp_path, "")
    path = tmp_path / "news.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError) as told:
        news_windows(configuration)
    assert told.value.problems == (
        f"--set [risk] news_calendar: {path} is not UTF-8 text, save it as UTF-8",
    )
