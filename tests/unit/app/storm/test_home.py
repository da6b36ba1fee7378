"""The bot of a storm reads a configuration of its own, and has the strategy of storms."""

from pathlib import Path

from noctule.app.storm.home import KEY, STRATEGY, config_at, write_ini
from noctule.app.storm.idea import StormIdea
from tests.fakes.small_storms import a_story


def test_the_story_says_what_is_configured_and_all_files_lie_at_home(tmp_path: Path) -> None:
    write_ini(tmp_path, ("risk.max_positions", "2"))
    story = a_story(settings=("trading.leverage=7",))
    loaded = config_at(tmp_path, story, symbols=["ETHUSDT"], calm_ms=5).load()
    settings = loaded.settings
    assert settings.trading.symbols == ("ETHUSDT",)
    assert (settings.trading.leverage, settings.risk.max_positions) == (7, 2)
    (choice,) = settings.strategies
    assert choice.name == STRATEGY
    assert choice.file is not None
    assert choice.file.kind is StormIdea
    assert choice.settings.model_dump()["calm_ms"] == 5
    assert loaded.credentials is not None
    assert loaded.credentials.api_key.get_secret_value() == KEY
    for path in (settings.logging.file, settings.logging.audit_log, settings.risk.kill_switch_file):
        assert path.is_relative_to(tmp_path)


def test_another_ini_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write_ini(tmp_path, ("risk.max_positions", "2"))
    write_ini(tmp_path)
    settings = config_at(tmp_path, a_story(), symbols=["BTCUSDT"], calm_ms=0).load().settings
    assert settings.risk.max_positions == 3
