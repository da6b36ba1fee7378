"""[control]: one path."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from noctule.adapters.control.settings import ControlSettings


def test_the_socket_lies_with_the_state() -> None:
    assert ControlSettings().socket == Path("logs/state/control.sock")


def test_there_may_be_none() -> None:
    assert ControlSettings(socket=None).socket is None


def test_a_path_too_long_for_a_socket_is_refused() -> None:
    fits = Path("ä" * 50)
    assert ControlSettings(socket=fits).socket == fits
    with pytest.raises(ValidationError, match="is 101 bytes long, a socket's path has at most 100"):
        ControlSettings(socket=Path("ä" * 50 + "x"))
