"""Two bots cannot listen at one place; the one that is dead is in nobody's way."""

from pathlib import Path

import pytest

from noctule.app.control_lock import control_lock
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from tests.fakes.home import config_at


def configured(home: Path, socket: Path | str) -> Configuration:
    return config_at(home, f"control.socket={socket}").load()


def test_the_second_bot_is_refused_by_name_and_let_in_once_the_first_is_gone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "state" / "bot.sock"
    configuration = configured(tmp_path, path)
    with control_lock(configuration):
        with pytest.raises(ConfigError) as refused, control_lock(configuration):
            pass
        assert path.parent.stat().st_mode & 0o777 == 0o700
    with control_lock(configuration):
        pass
    (problem,) = refused.value.problems
    assert problem.startswith("--set [control] socket: another bot (process ")
    assert problem.endswith(f" listens at {path}, stop it, or give each bot a socket of its own")


def test_where_there_can_be_no_socket_it_is_told_before_anything_trades(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "bot.sock"
    with (
        pytest.raises(ConfigError, match=r"bot\.sock cannot be made \(File exists\)|Not a dir"),
        control_lock(configured(tmp_path, path)),
    ):
        pass


def test_without_a_socket_there_is_nothing_to_hold(tmp_path: Path) -> None:
    with control_lock(configured(tmp_path, "")):
        assert not (tmp_path / "logs").exists()
