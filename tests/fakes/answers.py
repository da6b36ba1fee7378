"""A transport that answers from a script, and remembers what it was asked."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from random import Random
from urllib.parse import parse_qsl

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest
from noctule.ports.clock import Clock

__all__ = ["ScriptedTransport", "refusing", "saying", "scripted_rest", "sent_fields"]

API_KEY, SECRET = "the key", "the secret"


def saying(content: object, *, status: int = 200, **headers: str) -> HttpAnswer:
    """Return an answer in JSON; underscores in header names are hyphens."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpAnswer(status=status, headers=named, body=body)


def refusing(code: int, msg: str = "no", *, status: int = 400, **headers: str) -> HttpAnswer:
    """Return an answer that is a no."""
    return saying({"code": code, "msg": msg}, status=status, **headers)


class ScriptedTransport:
    """Give these answers in turn, the last of them for ever; an exception is raised."""

    def __init__(self, *script: HttpAnswer | Exception, delay_ms: int = 0) -> None:
        self.script = deque(script)
        self.delay_ms = delay_ms
        self.requests: list[HttpRequest] = []
        self.is_closed = False

    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.requests.append(request)
        if self.delay_ms:
            await asyncio.sleep(self.delay_ms / 1_000)
        told = self.script[0] if len(self.script) == 1 else self.script.popleft()
        if isinstance(told, Exception):
            raise told
        return told

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        raise AssertionError(f"nobody opens {url} here")

    async def close(self) -> None:
        self.is_closed = True


def scripted_rest(
    transport: ScriptedTransport,
    clock: Clock,
    *,
    settings: RestSettings | None = None,
    bans: Bans | None = None,
) -> BinanceRest:
    """Return the REST side over a script."""
    return rest_over(
        transport,
        keys=keys_of(API_KEY, SECRET),
        clock=clock,
        jitter=Random(1),
        bans=bans,
        settings=settings,
    )


def sent_fields(request: HttpRequest) -> dict[str, str]:
    """Return the parameters of a request as the exchange reads them."""
    return dict(parse_qsl(request.query, keep_blank_values=True))
