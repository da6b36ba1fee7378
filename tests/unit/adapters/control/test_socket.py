"""The door: who may come in, what he is answered, and that nothing he does hurts the bot."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from typing_extensions import override

from noctule.adapters.control.peer import user_name
from noctule.adapters.control.socket import ORIGIN, ControlSocket, Manners
from noctule.adapters.control.words import Answer, read_answer
from noctule.domain.commands import (
    AnyCommand,
    CommandOutcome,
    CommandRefused,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    ReloadOutcome,
    Resume,
    Stop,
)
from noctule.domain.status import StatusView
from tests.builders import BTCUSDT, START_MS
from tests.fakes.controlled import Controlled, a_view, door

WHO = {
    "actor": user_name(os.geteuid()),
    "origin": f"{ORIGIN}: uid {os.geteuid()}, process {os.getpid()}",
}
IMPATIENT = Manners(clients_max=2, read_ms=50, answer_ms=50, write_ms=50, look_ms=10)
NOBODY = 65_534


async def said(path: Path, line: bytes, *, hangs_up: bool = False) -> Answer | None:
    """Say a line, and return what is answered; None for a door that is shut without a word."""
    reader, writer = await asyncio.open_unix_connection(str(path), limit=1_000_000)
    writer.write(line)
    if hangs_up:
        writer.write_eof()
    try:
        told = await reader.read()
    except ConnectionError:
        told = b""
    writer.close()
    if not told:
        return None
    answer = read_answer(told)
    assert isinstance(answer, Answer), answer
    return answer


async def test_status_is_told_and_nothing_is_commanded(tmp_path: Path) -> None:
    control = Controlled()
    async with door(tmp_path / "s", control):
        answer = await said(tmp_path / "s", b'{"ask":"status"}\n')
    assert answer == Answer(version=1, status=a_view())
    assert control.commands == []


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ('{"ask":"pause","reason":" a\\nb "}', Pause(**WHO, reason="a b")),
        ('{"ask":"resume"}', Resume(**WHO)),
        ('{"ask":"flatten"}', Flatten(**WHO, symbol=None)),
        ('{"ask":"flatten","symbol":"BTCUSDT"}', Flatten(**WHO, symbol=BTCUSDT)),
        ('{"ask":"stop"}', Stop(**WHO)),
        ('{"ask":"enable_strategy","strategy":"trend"}', EnableStrategy(**WHO, strategy="trend")),
        ('{"ask":"disable_strategy","strategy":"a"}', DisableStrategy(**WHO, strategy="a")),
    ],
)
async def test_each_wish_becomes_a_command_of_whoever_has_it(
    tmp_path: Path, line: str, command: AnyCommand
) -> None:
    control = Controlled()
    async with door(tmp_path / "s", control):
        answer = await said(tmp_path / "s", f"{line}\n".encode())
    assert answer == Answer(version=1, outcome=CommandOutcome(at_ms=START_MS))
    assert control.commands == [command]


async def test_a_refused_command_is_answered_with_its_problem(tmp_path: Path) -> None:
    control = Controlled()
    control.outcomes = [CommandRefused(problem="too soon", is_early=True)]
    async with door(tmp_path / "s", control):
        answer = await said(tmp_path / "s", b'{"ask":"flatten"}\n')
    assert answer == Answer(version=1, problem="too soon", is_early=True)


async def test_a_reload_tells_what_came_of_it_and_who_wanted_it(tmp_path: Path) -> None:
    control = Controlled()
    control.reloaded = ReloadOutcome(problems=("a: b",))
    async with door(tmp_path / "s", control):
        answer = await said(tmp_path / "s", b'{"ask":"reload"}\n')
    assert answer == Answer(version=1, reload=control.reloaded)
    assert control.reloads == [(WHO["actor"], WHO["origin"])]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"\n", None),
        (b"help\n", "this is not JSON"),
        (b"\x00\xff\xfe\n", "this is not JSON"),
        (b'{"ask":"status"} {"ask":"stop"}\n', "this is not JSON"),
        (b'{"ask":"everything"}\n', "this is no request"),
        (b'{"ask":"stop","to":"now"}\n', "this is no request"),
        (b"x" * 5_000, "the line is too long"),
        (b"[" * 4_000 + b"\n", "this is no request"),
    ],
)
async def test_nonsense_is_answered_and_the_next_one_is_served(
    tmp_path: Path, line: bytes, problem: str | None
) -> None:
    control = Controlled()
    async with door(tmp_path / "s", control):
        answer = await said(tmp_path / "s", line)
        assert await said(tmp_path / "s", b'{"ask":"status"}\n') is not None
    told = None if answer is None else answer.problem
    assert (told or "").startswith(problem or "")
    assert (told is None) == (problem is None)
    assert control.commands == []


async def test_a_line_without_its_end_is_taken_from_one_who_has_no_more_to_say(
    tmp_path: Path,
) -> None:
    async with door(tmp_path / "s", Controlled()):
        assert await said(tmp_path / "s", b'{"ask":"status"}', hangs_up=True) is not None
        assert await said(tmp_path / "s", b"", hangs_up=True) is None


async def test_a_hundred_at_once_are_all_answered(tmp_path: Path) -> None:
    async with door(tmp_path / "s", Controlled()):
        asked = (said(tmp_path / "s", b'{"ask":"status"}\n') for _ in range(100))
        answers = await asyncio.gather(*asked)
    assert answers == [Answer(version=1, status=a_view())] * 100


async def test_mute_ones_are_dropped_and_keep_nobody_out_for_long(tmp_path: Path) -> None:
    async with door(tmp_path / "s", Controlled(), manners=IMPATIENT):
        mute = [await asyncio.open_unix_connection(str(tmp_path / "s")) for _ in range(4)]
        assert await said(tmp_path / "s", b'{"ask":"status"}\n') is not None
        for reader, writer in mute:
            assert await reader.read() == b""
            writer.close()


async def test_one_who_does_not_take_his_answer_is_dropped(tmp_path: Path) -> None:
    (market,) = a_view().markets
    control = Controlled(a_view(markets=(market,) * 5_000))
    async with door(tmp_path / "s", control, manners=IMPATIENT):
        deaf = socket.socket(socket.AF_UNIX)
        deaf.connect(str(tmp_path / "s"))
        deaf.sendall(b'{"ask":"status"}\n')
        control.views = [a_view()]
        assert await said(tmp_path / "s", b'{"ask":"status"}\n') is not None
        assert await said(tmp_path / "s", b'{"ask":"status"}\n') is not None
        deaf.close()


async def test_a_command_that_takes_too_long_is_told_as_open(tmp_path: Path) -> None:
    control = Controlled()
    control.hangs = asyncio.Event()
    async with door(tmp_path / "s", control, manners=IMPATIENT):
        answer = await said(tmp_path / "s", b'{"ask":"pause"}\n')
    assert answer is not None
    assert answer.problem == "not carried out within 0.05 s: it may be yet, look at status"


async def test_whoever_only_looks_brings_nothing_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Controlled):
        @override
        def status(self) -> StatusView:
            raise AssertionError("a state that nobody thought of")

    async with door(tmp_path / "s", Broken()):
        first = await said(tmp_path / "s", b'{"ask":"status"}\n')
        assert await said(tmp_path / "s", b'{"ask":"resume"}\n') is not None
    assert first is not None
    assert first.problem == "status could not be made (AssertionError), the log says why"
    assert "status could not be made" in caplog.messages


async def test_one_who_may_not_ask_is_told_so_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    control = Controlled()
    async with door(tmp_path / "s", control, may_ask=False):
        answer = await said(tmp_path / "s", b'{"ask":"stop"}\n')
    assert answer is not None
    assert answer.problem == "this bot obeys the user who started it, and nobody else"
    assert control.commands == []
    assert caplog.messages == ["control client refused"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else; twin above")
@pytest.mark.parametrize(
    ("mode", "heard"), [(0o600, ["PermissionError"]), (0o666, ["this bot obeys"])]
)
async def test_another_user_is_kept_out_by_the_file_and_by_the_kernels_word(
    mode: int, heard: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o755)  # noqa: PTH101  # nothing waits for it
        path, control = Path(home) / "s", Controlled()
        async with door(path, control):
            path.chmod(mode)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-S", "-c", _AS_NOBODY, str(path)), stdout=subprocess.PIPE
            )
            told, _ = await process.communicate()
    assert json.loads(told)[: len(heard[0])] == heard[0]
    assert control.commands == []


_AS_NOBODY = f"""
import json, os, socket, sys
os.setuid({NOBODY})
with socket.socket(socket.AF_UNIX) as client:
    try:
        client.connect(sys.argv[1])
        client.sendall(b'{{"ask":"stop"}}\\n')
        print(json.dumps(json.loads(client.recv(4096))["problem"]))
    except OSError as exc:
        print(json.dumps(type(exc).__name__))
"""


async def test_it_fails_when_its_file_is_taken_away_and_can_be_started_anew(
    tmp_path: Path,
) -> None:
    component = ControlSocket(tmp_path / "s", Controlled(), manners=IMPATIENT)
    for _ in range(2):
        await component.start()
        (tmp_path / "s").unlink()
        with pytest.raises(ExceptionGroup) as failed:
            await component.run()
        (failure,) = failed.value.exceptions
        assert str(failure) == f"{tmp_path / 's'} is gone, or somebody else's"
        await component.stop()


async def test_stopped_it_leaves_nothing_behind_and_twice_is_harmless(tmp_path: Path) -> None:
    async with door(tmp_path / "s", Controlled()) as component:
        assert (tmp_path / "s").exists()
    await component.stop()
    assert not (tmp_path / "s").exists()
