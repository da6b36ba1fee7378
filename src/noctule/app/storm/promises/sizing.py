"""At its stop a position loses no more than the owner risks on a trade."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct
from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.promises.hearing import Hearing
from noctule.app.storm.promises.meddling import Meddling
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import Step
from noctule.domain.events.base import Event
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.ids import parse_client_order_id
from noctule.domain.order import OrderKey
from noctule.domain.signals import Direction

__all__ = ["RiskIsKept"]

_TOLERANCE: Final = Decimal("1.05")  # of the equity, by marks that are seconds apart
_TAKER: Final = Decimal("0.0005")
_SIGNS: Final = {"BUY": 1, "SELL": -1}


class _Entry(Struct, kw_only=True):
    """What was asked for on one signal."""

    sign: int
    prices: list[Decimal]  # that the bot may have reckoned with
    allowed: Decimal
    quantity: Decimal = Decimal(0)
    stop: Decimal | None = None  # the first


class RiskIsKept(Rule):
    """Quantity, the market's price, the first stop and both fees, against equity at the entry."""

    name = "risk is kept"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._hearing = Hearing(scene)
        self._meddling = Meddling(scene)
        self._seen: dict[str, list[Decimal]] = {}  # prices by which an entry may be decided
        self._shares: dict[str, Decimal] = {}  # of equity, that could be lost as it was decided
        self._entries: dict[tuple[str, int], _Entry] = {}
        self._asked: set[str] = set()  # names: a repeated request is no second entry

    @override
    def heard(self, event: Event) -> None:
        if isinstance(event, SignalGenerated):
            self._seen[event.symbol] = [Decimal(repr(event.price))]
        elif isinstance(event, TradingAuthorized):
            sign = 1 if event.direction is Direction.LONG else -1
            self._seen.setdefault(event.symbol, []).append(self._touch(event.symbol, sign))
            if (life := self.scene.life) is not None:
                self._shares[event.symbol] = life.bot.trading.risk.limits.risk_per_trade

    @override
    def born(self, life: Life) -> None:
        self._entries.clear()  # a stop that recovery has to guess is not judged

    @override
    def told(self, event: UserEvent) -> None:
        self._meddling.told(event)

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._hearing.befallen(subject)

    @override
    def asking(self, asked: Asked) -> None:
        if not asked.is_order:
            return
        step = asked.step
        if step is not Step.ENTRY and step is not Step.STOP:
            return
        name = asked.sent.get("newClientOrderId") or asked.sent.get("clientAlgoId") or ""
        key = parse_client_order_id(name)
        if key is None or name in self._asked:
            return
        self._asked.add(name)
        if step is Step.ENTRY:
            self._enter(asked, key)
        else:
            self._guard(asked, key)

    def _enter(self, asked: Asked, key: OrderKey) -> None:
        symbol, life = asked.sent["symbol"], self.scene.life
        if symbol not in self._shares or life is None or not life.is_made:
            return
        if self._meddling.is_recent or self._hearing.may_be_deaf:
            return
        entry = self._entries.get((symbol, key.close_ms))
        if entry is None:
            equity = self.scene.exchange.venue.exchange.margins(self.scene.account).margin_balance
            sign, limit = _SIGNS[asked.sent["side"]], asked.sent.get("price")
            seen = [*self._seen[symbol], self._touch(symbol, sign)]
            entry = self._entries[symbol, key.close_ms] = _Entry(
                sign=sign,
                prices=seen if limit is None else [Decimal(limit)],
                allowed=equity * self._shares[symbol],
            )
        entry.quantity += Decimal(asked.sent["quantity"])
        self._judge(symbol, entry)

    def _guard(self, asked: Asked, key: OrderKey) -> None:
        entry = self._entries.get((asked.sent["symbol"], key.close_ms))
        if entry is not None and entry.stop is None and "triggerPrice" in asked.sent:
            entry.stop = Decimal(asked.sent["triggerPrice"])
            self._judge(asked.sent["symbol"], entry)

    def _judge(self, symbol: str, entry: _Entry) -> None:
        stop = entry.stop
        if stop is None:
            return
        price = min(entry.prices, key=lambda each: entry.sign * each)
        loss = entry.quantity * (entry.sign * (price - stop) + _TAKER * (price + stop))
        if loss > _TOLERANCE * entry.allowed:
            self.broken(
                f"{symbol}: {entry.quantity:f} from {price:f} to {stop:f} loses {loss:.2f}, "
                f"at most {entry.allowed:.2f}"
            )

    def _touch(self, symbol: str, sign: int) -> Decimal:
        """Return what the other side asks or bids now."""
        quote = self.scene.exchange.venue.exchange.quote(symbol)
        return quote.ask if sign > 0 else quote.bid
