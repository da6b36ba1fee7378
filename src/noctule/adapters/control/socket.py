"""The door to the running bot: a Unix socket that only its own user can open.

Whatever comes through it is answered, or dropped after a while; nothing of it gets further than
a line that says what is wrong. It is a component like others: when it fails it is started anew,
and nobody who trades waits for it.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.control.listening import Listening
from noctule.adapters.control.peer import Peer, peer_of, user_name
from noctule.adapters.control.words import (
    REQUEST_BYTES_MAX,
    VERSION,
    Answer,
    Ask,
    Request,
    read_request,
    written,
)
from noctule.domain.commands import (
    AnyCommand,
    CommandRefused,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    Resume,
    Stop,
)
from noctule.domain.values import Symbol
from noctule.ports.control import Control
from noctule.telemetry.attempt import attempted
from noctule.telemetry.logs import get_log

__all__ = ["ORIGIN", "ControlSocket", "Manners"]

ORIGIN: Final = "control socket"
_CHUNK: Final = 65_536  # what was sent and not read would reset the answer on its way

_log = get_log(__name__)


class Manners(Struct, frozen=True, kw_only=True):
    """How patient the door is."""

    clients_max: int = 16  # at once; who comes beside them stands in line
    read_ms: int = 3_000  # until the request is there
    answer_ms: int = 10_000  # until it has been carried out
    write_ms: int = 3_000  # until the answer has been taken
    look_ms: int = 5_000  # how often the socket's file is looked after


class ControlSocket:
    """Listens as long as it runs, and answers many at once."""

    name = "control"

    def __init__(
        self,
        path: Path,
        control: Control,
        *,
        manners: Manners = Manners(),  # noqa: B008  # frozen
        may_ask: Callable[[Peer], bool] = lambda peer: peer.is_us,
    ) -> None:
        self._path = path
        self._control = control
        self._manners = manners
        self._may_ask = may_ask
        self._user = ""
        self._listening: Listening | None = None
        self._free = asyncio.Semaphore(manners.clients_max)

    async def start(self) -> None:
        """Listen; OSError where that is not possible."""
        self._user = user_name(os.geteuid())  # whose name it is may be asked for over a network
        self._listening = Listening(self._path)
        _log.debug("control socket open", path=str(self._path))

    async def sync_state(self) -> None:
        """Know nothing that would have to be learnt."""

    async def run(self) -> None:
        """Take connections until cancelled; fail if the file is taken from under us."""
        assert self._listening is not None, "it runs once it was started"
        self._free = asyncio.Semaphore(self._manners.clients_max)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_after(self._listening))
            while True:
                await self._free.acquire()
                loop = asyncio.get_running_loop()
                connection, _ = await loop.sock_accept(self._listening.socket)
                group.create_task(self._serve(connection))

    async def stop(self) -> None:
        """Take the file away."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    async def _look_after(self, listening: Listening) -> None:
        while True:
            await asyncio.sleep(self._manners.look_ms / 1000)
            if not listening.is_there:
                raise OSError(f"{self._path} is gone, or somebody else's")

    async def _serve(self, connection: socket.socket) -> None:
        """Answer one connection; what goes wrong with it is nobody else's business."""
        try:
            with connection:
                connection.settimeout(0)
                answer = await self._answer(connection)
                if answer is not None:
                    await self._send(connection, answer)
        except OSError as exc:  # time-outs, too
            _log.debug("control client left", cause=str(exc) or type(exc).__name__)
        finally:
            self._free.release()

    async def _answer(self, connection: socket.socket) -> Answer | None:
        peer, line = peer_of(connection), await self._line(connection)
        if not self._may_ask(peer):
            _log.warning("control client refused", uid=peer.uid, process=peer.process)
            return _problem("this bot obeys the user who started it, and nobody else")
        if not line:
            return None
        request = read_request(line) if len(line) <= REQUEST_BYTES_MAX else "the line is too long"
        if isinstance(request, str):
            return _problem(request)
        try:
            async with asyncio.timeout(self._manners.answer_ms / 1000):
                return await self._carry_out(request, peer)
        except TimeoutError:
            waited_s = self._manners.answer_ms / 1000
            return _problem(f"not carried out within {waited_s:g} s: it may be yet, look at status")

    async def _line(self, connection: socket.socket) -> bytes:
        """Read until the line ends, the client has no more to say, or it says too much."""
        loop, line = asyncio.get_running_loop(), b""
        async with asyncio.timeout(self._manners.read_ms / 1000):
            while len(line) <= REQUEST_BYTES_MAX:
                chunk = await loop.sock_recv(connection, _CHUNK)
                line += chunk
                if not chunk or b"\n" in chunk:
                    break
        return line.partition(b"\n")[0]

    async def _send(self, connection: socket.socket, answer: Answer) -> None:
        async with asyncio.timeout(self._manners.write_ms / 1000):
            await asyncio.get_running_loop().sock_sendall(connection, written(answer))

    async def _carry_out(self, request: Request, peer: Peer) -> Answer:
        actor, origin = self._user, f"{ORIGIN}: uid {peer.uid}, process {peer.process}"
        match request.ask:
            case Ask.STATUS:
                return self._status()
            case Ask.RELOAD:
                return Answer(
                    version=VERSION, reload=self._control.reload(actor=actor, origin=origin)
                )
            case _:
                outcome = await self._control.submit(_command(request, actor, origin))
        if isinstance(outcome, CommandRefused):
            return _problem(outcome.problem, is_early=outcome.is_early)
        return Answer(version=VERSION, outcome=outcome)

    def _status(self) -> Answer:
        """Look; who only looks must not bring anything down, whatever he comes upon."""
        view = attempted(self._control.status)
        if isinstance(view, Exception):
            _log.exception("status could not be made", view)
            return _problem(f"status could not be made ({type(view).__name__}), the log says why")
        return Answer(version=VERSION, status=view)


def _command(request: Request, actor: str, origin: str) -> AnyCommand:
    match request.ask:
        case Ask.PAUSE:
            return Pause(actor=actor, origin=origin, reason=_one_line(request.reason))
        case Ask.RESUME:
            return Resume(actor=actor, origin=origin)
        case Ask.FLATTEN:
            symbol = None if request.symbol is None else Symbol(request.symbol)
            return Flatten(actor=actor, origin=origin, symbol=symbol)
        case Ask.ENABLE_STRATEGY:
            return EnableStrategy(actor=actor, origin=origin, strategy=request.strategy or "")
        case Ask.DISABLE_STRATEGY:
            return DisableStrategy(actor=actor, origin=origin, strategy=request.strategy or "")
        case _:
            assert request.ask is Ask.STOP, f"{request.ask} is no command"
            return Stop(actor=actor, origin=origin)


def _one_line(text: str) -> str:
    """Return what a person wrote without what would disturb a terminal or a log."""
    return "".join(each if each.isprintable() else " " for each in text).strip()


def _problem(text: str, *, is_early: bool = False) -> Answer:
    return Answer(version=VERSION, problem=text, is_early=is_early)
