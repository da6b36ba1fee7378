"""The running bot as a command sees it, or plainly not there."""

from pathlib import Path

import pytest

from noctule.adapters.control.words import Ask, Request
from noctule.app.cli import main
from noctule.app.cli.control_door import Door, is_attended
from tests.fakes.controlled import Controlled, a_view, listening


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("")
    monkeypatch.chdir(tmp_path)


def test_without_a_bot_one_line_says_where_it_was_looked_for_and_how_to_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == 1
    assert capsys.readouterr().err == (
        f"noctule: no bot answers at {tmp_path}/logs/state/control.sock: start one with "
        '"noctule run", or name its files with --config or --profile\n'
    )


def test_a_file_that_is_wrong_by_now_does_not_keep_a_bot_from_obeying(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "configs/noctule.ini").write_text("nonsense\n[risk]\nstop_loss = 7\n")
    with listening(Path("logs/state/control.sock"), Controlled()):
        assert main(["resume"]) == 0
    assert main(["resume"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("configs/noctule.ini:1")
    assert told[1].startswith("noctule: no bot answers at")


def test_a_door_that_is_not_to_be_has_no_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--set", "control.socket="]) == 1
    told = "noctule: [control] socket is empty: the bot has no door, name one\n"
    assert capsys.readouterr().err == told


def test_a_wrong_path_is_a_problem_of_the_configuration(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["status", "--set", f"control.socket={'x' * 101}"]) == 1
    assert "[control] socket: is 101 bytes long" in capsys.readouterr().err


def test_what_a_bot_says_is_handed_on(tmp_path: Path) -> None:
    with listening(tmp_path / "s", Controlled()):
        door = Door(tmp_path / "s")
        assert door.status() == a_view()
        assert door.reply(Request(ask=Ask.RESUME)).peer.is_us
    assert not is_attended(), "a test has no terminal"


def test_somebody_who_answers_nonsense_is_told_without_how_to_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noctule.adapters.control.socket.VERSION", 9)
    with listening(Path("logs/state/control.sock"), Controlled()):
        assert main(["status"]) == 1
    told = "noctule: the bot speaks version 9 of the protocol, this command 1\n"
    assert capsys.readouterr().err == told
