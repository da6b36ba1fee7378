"""The control API: what a test may do to the exchange. It is off unless a token was set for it.

Every call is JSON and carries the token in X-CONTROL-TOKEN; a lock-step connection may also carry
it as `?token=`. Whoever holds the token can do anything, so there is none by default.
"""

import hmac
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol, TypeVar
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.faults import Fault, Faults
from noctule.adapters.sim.fills import Fills, Ladder, Queue, Touch
from noctule.adapters.sim.lockstep import Lockstep
from noctule.adapters.sim.messages import Request, Response, answer, refusal
from noctule.adapters.sim.model import PositionSide, Refusal
from noctule.adapters.sim.pacing import ByHand, Pace
from noctule.adapters.sim.switchboard import Switchboard
from noctule.adapters.sim.times import Times
from noctule.adapters.sim.venue import Venue

__all__ = ["CONTROL_PREFIX", "LOCKSTEP_PATH", "Control", "Controlled"]

T = TypeVar("T")

CONTROL_PREFIX: Final = "/control/"
LOCKSTEP_PATH: Final = "/control/lockstep"


class Controlled(Protocol):
    """What the control API works on: the protocol."""

    venue: Venue
    faults: Faults
    times: Times
    lockstep: Lockstep
    switchboard: Switchboard

    def expire_listen_key(self, account: Account) -> None:
        """End an account's listen key and say so."""
        ...

    def silence_listen_key(self, account: Account) -> None:
        """End an account's listen key without a word."""
        ...


class _Expiry(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    api_key: str
    loudly: bool = True


class _Skew(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    skew_ms: int


class _Opening(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    api_key: str
    secret: str
    deposit: Decimal


class _Transfer(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    api_key: str
    amount: Decimal


class _Steps(Struct, frozen=True, forbid_unknown_fields=True):
    events: int


class _Change(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What of a contract changes mid-run; None stays."""

    symbol: str
    status: str | None = None
    tick: Decimal | None = None
    step: Decimal | None = None
    min_qty: Decimal | None = None
    min_notional: Decimal | None = None
    max_num_orders: int | None = None


class _Stall(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """So much can be had at the best price, then nothing more is filled."""

    level_quote: Decimal


class _Deleverage(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Which position is taken: all of it at the mark, unless it is said."""

    api_key: str
    symbol: str
    position_side: PositionSide = PositionSide.BOTH
    quantity: Decimal | None = None
    price: Decimal | None = None


class _Rule(StrEnum):
    QUEUE = "queue"
    TOUCH = "touch"


class _Maker(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """When a resting order is filled; the rest belongs to the queue."""

    rule: _Rule = _Rule.QUEUE
    ahead_quote: Decimal | None = None
    share: Decimal | None = None


class Control:
    """Answer the control API; with no token set, there is none."""

    def __init__(self, controlled: Controlled, *, token: str | None, pace: Pace) -> None:
        self._controlled = controlled
        self._token = token
        self._pace = pace
        self._fills: Fills | None = None  # what the market was like before it stalled
        self._answers: Final[dict[tuple[str, str], Callable[[bytes], object]]] = {
            ("GET", "state"): self._state,
            ("GET", "faults"): self._armed,
            ("POST", "faults"): self._arm,
            ("DELETE", "faults"): self._disarm,
            ("POST", "listen-keys/expire"): self._expire,
            ("POST", "clock"): self._skew,
            ("POST", "accounts"): self._open_account,
            ("POST", "transfers"): self._transfer,
            ("POST", "steps"): self._allow,
            ("POST", "rules"): self._change_rules,
            ("POST", "stall"): self._stall,
            ("DELETE", "stall"): self._flow,
            ("POST", "maker"): self._take_turns,
            ("POST", "deleverage"): self._deleverage,
        }

    def answer(self, request: Request) -> Response:
        """Return the response to one call."""
        name = request.path.removeprefix(CONTROL_PREFIX)
        try:
            self.check_token(request)
            call = self._answers.get((request.method, name))
            if call is None:
                raise _nothing_here()
            return answer(call(request.body))
        except Refusal as reason:
            return refusal(reason)
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            return refusal(Refusal(-1100, str(exc)))

    def check_token(self, request: Request) -> None:
        """Refuse whoever does not know the token; without one, there is nothing here at all."""
        if self._token is None:
            raise _nothing_here()
        in_query = parse_qs(request.query).get("token", [""])[0]
        sent = request.headers.get("x-control-token") or in_query
        if not hmac.compare_digest(sent.encode(), self._token.encode()):
            raise Refusal(-2015, "Invalid control token.", status=401)

    def _state(self, _body: bytes) -> object:
        return {
            "step": self._controlled.venue.world.steps,
            "time": self._controlled.times.market_ms(),
            "waitingFor": self._controlled.lockstep.waiting_for,
            "connections": len(self._controlled.switchboard),
        }

    def _armed(self, _body: bytes) -> object:
        return self._controlled.faults.armed()

    def _arm(self, body: bytes) -> object:
        self._controlled.faults.arm(msgspec.json.decode(body, type=Fault))
        return {}

    def _disarm(self, _body: bytes) -> object:
        self._controlled.faults.disarm()
        return {}

    def _expire(self, body: bytes) -> object:
        expiry = msgspec.json.decode(body, type=_Expiry)
        account = self._account(expiry.api_key)
        if expiry.loudly:
            self._controlled.expire_listen_key(account)
        else:
            self._controlled.silence_listen_key(account)
        return {}

    def _skew(self, body: bytes) -> object:
        self._controlled.times.skew_ms = msgspec.json.decode(body, type=_Skew).skew_ms
        return {}

    def _open_account(self, body: bytes) -> object:
        opening = msgspec.json.decode(body, type=_Opening)
        if opening.api_key in self._controlled.venue.exchange.accounts:
            raise Refusal(-1130, "This account is open already.")
        self._controlled.venue.exchange.open_account(
            key=opening.api_key, secret=opening.secret, deposit=opening.deposit
        )
        return {}

    def _transfer(self, body: bytes) -> object:
        transfer = msgspec.json.decode(body, type=_Transfer)
        account = self._account(transfer.api_key)
        self._controlled.venue.exchange.transfer(account, transfer.amount)
        return {}

    def _allow(self, body: bytes) -> object:
        events = msgspec.json.decode(body, type=_Steps).events
        if not isinstance(self._pace, ByHand) or events < 1:
            raise Refusal(-1130, "The market is not stepped by hand.")
        self._pace.allow(events)
        return {}

    def _change_rules(self, body: bytes) -> object:
        change = msgspec.json.decode(body, type=_Change)
        exchange = self._controlled.venue.exchange
        rules = exchange.rules.get(change.symbol)
        if rules is None:
            raise Refusal(-1121, "Invalid symbol.")
        changed = {
            name: value
            for name in change.__struct_fields__
            if (value := getattr(change, name)) is not None
        }
        exchange.set_rules(replace(rules, **changed))
        return {}

    def _stall(self, body: bytes) -> object:
        stall = msgspec.json.decode(body, type=_Stall)
        exchange = self._controlled.venue.exchange
        self._fills = self._fills or exchange.fills
        exchange.set_fills(
            replace(
                exchange.fills,
                depth=Ladder(level_quote=stall.level_quote, levels=1),
                queue=Queue(share=Decimal(0)),
            )
        )
        return {}

    def _flow(self, _body: bytes) -> object:
        if self._fills is not None:
            self._controlled.venue.exchange.set_fills(self._fills)
            self._fills = None
        return {}

    def _take_turns(self, body: bytes) -> object:
        maker = msgspec.json.decode(body, type=_Maker)
        if not 0 <= (maker.share or 0) <= 1 or (maker.ahead_quote or 0) < 0:
            raise Refusal(-1130, "A share is between 0 and 1, and a worth is not below 0.")
        queue = Queue(ahead_quote=maker.ahead_quote, share=maker.share)
        turns = Touch() if maker.rule is _Rule.TOUCH else queue
        exchange = self._controlled.venue.exchange
        if self._fills is None:
            exchange.set_fills(replace(exchange.fills, queue=turns))
        else:  # it stalls, and will flow by the new rule
            self._fills = replace(self._fills, queue=turns)
        return {}

    def _deleverage(self, body: bytes) -> object:
        asked = msgspec.json.decode(body, type=_Deleverage)
        account = self._account(asked.api_key)
        if all(leg.side is not asked.position_side for leg in account.legs(asked.symbol)):
            raise Refusal(-1130, "There is no such position.")
        if any(each is not None and each <= 0 for each in (asked.quantity, asked.price)):
            raise Refusal(-1130, "Quantity and price are above zero.")
        order = self._controlled.venue.exchange.deleverage(
            account, asked.symbol, asked.position_side, qty=asked.quantity, price=asked.price
        )
        return {"orderId": order.order_id}

    def _account(self, api_key: str) -> Account:
        account = self._controlled.venue.exchange.accounts.get(api_key)
        if account is None:
            raise Refusal(-2015, "There is no such account.")
        return account


def _nothing_here() -> Refusal:
    return Refusal(-5000, "There is nothing here.", status=404)
