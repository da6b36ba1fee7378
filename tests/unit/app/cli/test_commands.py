"""Each command is loaded by itself: a daemon holds nothing in memory that others need."""

import subprocess
import sys

import pytest
import typer

from noctule.app.cli.commands import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_adds_the_command_that_it_is_listed_as(name: str) -> None:
    program = typer.Typer()

    COMMANDS[name](program)

    commands = [each.name for each in program.registered_commands]
    groups = [each.name for each in program.registered_groups]
    assert commands + groups == [name]


def test_one_command_does_not_load_what_another_needs() -> None:
    asked = "from noctule.app.cli import main; main(['audit', '--help'])"
    told = f"{asked}; import sys; print('aiohttp' in sys.modules, 'noctule.app.bot' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=20
    )

    assert done.stdout.splitlines()[-1] == "False False"
