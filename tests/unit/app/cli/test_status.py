"""`status`: a screen for people, JSON for programs, and again each second for who watches."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from noctule.app.cli import main
from noctule.domain.status import StatusView
from tests.fakes.controlled import Controlled, a_halt, a_view, listening

PATH = Path("logs/state/control.sock")


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("")
    monkeypatch.chdir(tmp_path)


def test_people_get_a_screen_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    with listening(PATH, Controlled()):
        assert main(["status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(" SIM  running for 12 min")
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in "".join(lines), "no terminal, no colours"


def test_programs_get_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    with listening(PATH, Controlled()):
        assert main(["status", "--json", "--watch"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out, type=StatusView) == a_view()


def test_who_watches_sees_what_changes_and_leaves_by_ctrl_c(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    control = Controlled(a_view(), a_view(halts=(a_halt(),)))
    monkeypatch.setattr("time.sleep", _twice())
    with listening(PATH, control):
        assert main(["status", "--watch"]) == 0
    assert "entries are OFF" in capsys.readouterr().out


def _twice() -> Callable[[float], None]:
    slept: list[float] = []

    def sleep(duration_s: float) -> None:
        slept.append(duration_s)
        if len(slept) > 1:
            raise KeyboardInterrupt

    return sleep
