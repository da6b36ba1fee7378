"""Commands: what an operator asks for survives the wire word for word."""

import msgspec
import pytest

from noctule.domain.commands import (
    AnyCommand,
    CancelAll,
    Command,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    Resume,
    Stop,
)
from tests.builders import BTCUSDT

EXAMPLES = {
    Pause(actor="anna", origin="control socket", reason="news"): (
        b'{"type":"Pause","actor":"anna","origin":"control socket","reason":"news"}'
    ),
    Resume(actor="anna", origin="telegram"): (
        b'{"type":"Resume","actor":"anna","origin":"telegram"}'
    ),
    Flatten(actor="anna", origin="web", symbol=BTCUSDT): (
        b'{"type":"Flatten","actor":"anna","origin":"web","symbol":"BTCUSDT"}'
    ),
    CancelAll(actor="anna", origin="web"): (
        b'{"type":"CancelAll","actor":"anna","origin":"web","symbol":null}'
    ),
    DisableStrategy(actor="anna", origin="web", strategy="trend"): (
        b'{"type":"DisableStrategy","actor":"anna","origin":"web","strategy":"trend"}'
    ),
    EnableStrategy(actor="anna", origin="web", strategy="trend"): (
        b'{"type":"EnableStrategy","actor":"anna","origin":"web","strategy":"trend"}'
    ),
    Stop(actor="systemd", origin="SIGTERM"): (
        b'{"type":"Stop","actor":"systemd","origin":"SIGTERM"}'
    ),
}


@pytest.mark.parametrize(("command", "line"), EXAMPLES.items())
def test_a_command_reads_back_as_it_was_written(command: Command, line: bytes) -> None:
    assert msgspec.json.encode(command) == line
    assert msgspec.json.decode(line, type=AnyCommand) == command


def test_every_command_has_an_example_here() -> None:
    assert {type(command) for command in EXAMPLES} == set(Command.__subclasses__())


def test_a_command_cannot_be_changed() -> None:
    command = Stop(actor="anna", origin="web")
    with pytest.raises(AttributeError, match="immutable"):
        command.actor = "mallory"  # type: ignore[misc]  # the mistake this test is about


def test_an_unknown_command_is_refused() -> None:
    line = b'{"type":"Panic","actor":"anna","origin":"web"}'
    with pytest.raises(msgspec.ValidationError, match="Invalid value 'Panic'"):
        msgspec.json.decode(line, type=AnyCommand)
