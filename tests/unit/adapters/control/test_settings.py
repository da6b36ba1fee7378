"""[control]: one path."""

from pathlib import Path

from noctule.adapters.control.settings import ControlSettings


def test_the_socket_lies_with_the_state() -> None:
    assert ControlSettings().socket == Path("logs/state/control.sock")
