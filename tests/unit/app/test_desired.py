"""What the owner wants is gathered once, his calendar included."""

from pathlib import Path

import pytest

from noctule.adapters.store.store import Store
from noctule.app.desired import desired_by
from noctule.domain.errors import ConfigError
from noctule.risk.calendar import NewsWindow
from tests.fakes.home import config_at


def test_settings_calendar_memory_and_the_way_to_stop_are_there(tmp_path: Path) -> None:
    calendar = tmp_path / "news.csv"
    calendar.write_text("2026-09-28T12:00Z, 2026-09-28T13:00Z, CPI\n")
    configuration = config_at(tmp_path, f"risk.news_calendar={calendar}").load()
    memory, asked = Store(tmp_path / "a.db"), list[str]()
    desired = desired_by(configuration, memory=memory, ask_stop=asked.append)
    assert desired.settings is configuration.settings
    assert desired.memory is memory
    assert desired.markers.reason("sma_cross") is None
    assert [each.reason for each in desired.news] == ["CPI"]
    assert all(isinstance(each, NewsWindow) for each in desired.news)
    desired.ask_stop("enough")
    assert asked == ["enough"]


def test_a_calendar_that_makes_no_sense_is_told_before_anything_is_traded(tmp_path: Path) -> None:
    calendar = tmp_path / "news.csv"
    calendar.write_text("soon\n")
    configuration = config_at(tmp_path, f"risk.news_calendar={calendar}").load()
    with pytest.raises(ConfigError):
        desired_by(configuration, memory=Store(tmp_path / "a.db"), ask_stop=lambda _cause: None)
