"""The socket's file is ours alone from the first moment on, and no dead one is in its way."""

import os
import socket
import stat
from pathlib import Path

import pytest

from noctule.adapters.control.listening import Listening


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_its_owner_may_connect_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        listening = Listening(tmp_path / "new" / "bot.sock")
    finally:
        os.umask(before)
    found, folder = (tmp_path / "new" / "bot.sock").lstat(), (tmp_path / "new").stat()
    listening.close()
    assert stat.S_ISSOCK(found.st_mode)
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert stat.S_IMODE(folder.st_mode) == 0o700


def test_a_file_that_a_dead_process_left_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "bot.sock"))
    listening = Listening(tmp_path / "bot.sock")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "bot.sock"))
    listening.close()


def test_the_file_goes_with_us_but_not_another_one_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bot.sock"
    listening = Listening(path)
    assert listening.is_there
    listening.close()
    assert not path.exists()

    first = Listening(path)
    second = Listening(path)
    assert (first.is_there, second.is_there) == (False, True)
    first.close()
    assert path.exists()
    second.close()


def test_where_there_can_be_no_socket_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "bot.sock").mkdir()
    with pytest.raises(OSError, match=r"bot\.sock"):
        Listening(tmp_path / "bot.sock")
