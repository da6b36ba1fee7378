"""Tells a storm line by line, with both books; where nobody listens nothing is put into words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Fate, Response
from noctule.app.storm.exchange import Asked, Watcher
from noctule.app.storm.notes import Note, TellNote
from noctule.app.storm.scene import Scene
from noctule.domain.events.base import DataEvent, Event
from noctule.domain.ids import parse_client_order_id
from noctule.domain.values import Symbol

__all__ = ["Telling"]

_UNTOLD = ("timestamp", "signature", "recvWindow", "newOrderRespType", "symbol")
_BORING = ("/fapi/v1/time", "/fapi/v1/listenKey", "/fapi/v1/exchangeInfo", "/fapi/v1/klines")


class Telling(Watcher):
    """Writes notes for whoever wants them."""

    def __init__(self, scene: Scene, tell: TellNote | None) -> None:
        self._scene, self._tell = scene, tell

    def note(self, who: str, text: str) -> None:
        """Write a line."""
        if self._tell is not None:
            scene = self._scene
            self._tell(
                Note(
                    at_ms=scene.now_ms,
                    who=who,
                    text=text,
                    theirs="  ".join(_theirs(scene)),
                    ours="  ".join(_ours(scene)),
                )
            )

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if self._tell is not None and asked.path not in _BORING:
            self.note("bot", _told(asked, response))

    @override
    def told(self, event: UserEvent) -> None:
        if self._tell is not None:
            self.note("exchange", _worded(event))

    @contextmanager
    def hearing_logs(self) -> Iterator[None]:
        """Write down what the bot logs; what nobody wants to read stays off the screen."""
        ear = _Ear(self)
        silence = logging.NullHandler()  # for what is logged while no bot keeps a log
        logging.root.addHandler(silence)
        if self._tell is not None:
            logging.getLogger("noctule").addHandler(ear)
        try:
            yield
        finally:
            logging.getLogger("noctule").removeHandler(ear)
            logging.root.removeHandler(silence)

    def hear(self, event: Event) -> None:
        """Write down what the bot's bus carries, but for the market's data."""
        if self._tell is not None and not isinstance(event, DataEvent):
            self.note("bot", f"* {type(event).__name__} {_fields(event)}")


class _Ear(logging.Handler):
    def __init__(self, telling: Telling) -> None:
        super().__init__()
        self._telling = telling

    @override
    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", {})
        told = " ".join(f"{name}={value}" for name, value in fields.items())
        failure = f" {record.exc_info[1]!r}" if record.exc_info else ""
        level = record.levelname.lower()
        self._telling.note("log", f"{level}: {record.getMessage()} {told}{failure}")


def _theirs(scene: Scene) -> Iterator[str]:
    for symbol in scene.story.symbols:
        amount, resting = scene.amount(symbol), scene.resting(symbol)
        if amount or resting:
            yield f"{symbol} {amount:f} [{' '.join(_short(name) for name in resting)}]"


def _ours(scene: Scene) -> Iterator[str]:
    life = scene.life
    if life is None or not life.is_made:
        yield "no process"
        return
    trading = life.bot.trading
    for symbol in map(Symbol, scene.story.symbols):
        amount = trading.book.position(symbol).signed_quantity
        bracket = trading.desk.brackets.get(symbol)
        names = (
            []
            if bracket is None
            else [_short(each.request.client_order_id) for each in bracket.orders]
        )
        if amount or names:
            yield f"{symbol} {amount:f} [{' '.join(names)}]"


def _short(name: str) -> str:
    """Return what an order is for; the attempt is told where it is not the first."""
    key = parse_client_order_id(name)
    if key is None:
        return name
    return f"{key.leg}.{key.attempt}" if key.attempt else key.leg


def _told(asked: Asked, response: Response) -> str:
    sent = " ".join(f"{key}={value}" for key, value in asked.sent.items() if key not in _UNTOLD)
    became = "" if response.fate is Fate.SENT else f" ({response.fate.value})"
    body = "" if response.status == 200 else f" {response.body.decode(errors='replace')[:120]}"
    symbol = asked.sent.get("symbol", "")
    return f"{asked.method} {asked.path} {symbol} {sent} -> {response.status}{became}{body}"


def _worded(event: UserEvent) -> str:
    named = getattr(event, "order", None) or getattr(event, "algo", None)
    if named is None:
        return type(event).__name__
    name = str(getattr(named, "client_id", None) or getattr(named, "client_algo_id", ""))
    how = getattr(event, "execution", "") or getattr(named, "status", "")
    return f"{type(event).__name__} {named.symbol} {_short(name)} {how}"


def _fields(event: Event) -> str:
    told = {name: getattr(event, name) for name in event.__struct_fields__}
    wanted = ("symbol", "text", "name", "reasons", "outcome", "quantity", "reason", "check")
    return " ".join(f"{name}={told[name]}" for name in wanted if name in told)[:160]
