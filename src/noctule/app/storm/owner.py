"""The account's owner, who trades by hand behind the bot's back; his orders are called `hand-`."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Final

from noctule.adapters.sim.model import OrderType, PositionSide, Refusal, Side, Tif
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec
from noctule.app.storm.scene import Scene
from noctule.app.storm.story import HandDeed

__all__ = ["Owner"]

_MARK: Final = "hand-"
_WORTH: Final = Decimal(2_000)  # of a position that he takes
_AWAY: Final = Decimal("0.02")  # of a stop or an order that he lets rest


class Owner:
    """Whatever the exchange refuses him is not done."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._exchange = scene.exchange.venue.exchange
        self._random = scene.story.dice("owner")
        self._made = 0
        self._deeds: Mapping[HandDeed, Callable[[str], object]] = {
            HandDeed.CLOSE: self.close,
            HandDeed.HALVE: lambda symbol: self._reduce(symbol, Decimal("0.5")),
            HandDeed.ADD: lambda symbol: self._trade(symbol, self._side(symbol)),
            HandDeed.FLIP: self._flip,
            HandDeed.CANCEL_STOPS: self._cancel_stops,
            HandDeed.CANCEL_ALL: self._cancel_all,
            HandDeed.PLACE_STOP: self._place_stop,
            HandDeed.REST: self._rest,
            HandDeed.WITHDRAW: self.withdraw,
            HandDeed.DELEVERAGE: self._lose_to_deleveraging,
            HandDeed.DEPOSIT: self._transfer,
            HandDeed.LEVERAGE: self._set_leverage,
        }

    def do(self, deed: HandDeed, symbol: str) -> None:
        """Do it, if the exchange lets him."""
        with suppress(Refusal):
            self._deeds[deed](symbol)

    def close(self, symbol: str) -> None:
        """Close all that is held of it."""
        self._reduce(symbol, Decimal(1))

    def withdraw(self, symbol: str) -> None:
        """Cancel every order of his own on it."""
        account = self._scene.account
        for algo in account.algos_on(symbol):
            if algo.client_algo_id.startswith(_MARK):
                self._exchange.cancel_algo(account, algo_id=algo.algo_id, client_algo_id=None)
        for order in account.orders_on(symbol):
            if order.client_id.startswith(_MARK):
                self._exchange.cancel(account, symbol, order_id=order.order_id, client_id=None)

    def _side(self, symbol: str) -> Side:
        amount = self._scene.amount(symbol)
        if amount:
            return Side.BUY if amount > 0 else Side.SELL
        return self._random.choice((Side.BUY, Side.SELL))

    def _reduce(self, symbol: str, share: Decimal) -> None:
        amount = self._scene.amount(symbol)
        if amount:
            side = Side.SELL if amount > 0 else Side.BUY
            self._market(symbol, side, self._stepped(symbol, abs(amount) * share), reduces=True)

    def _flip(self, symbol: str) -> None:
        amount = self._scene.amount(symbol)
        if amount:
            self._market(symbol, Side.SELL if amount > 0 else Side.BUY, 2 * abs(amount))

    def _trade(self, symbol: str, side: Side) -> None:
        price = self._exchange.quote(symbol).mark
        self._market(symbol, side, self._stepped(symbol, _WORTH / price))

    def _market(self, symbol: str, side: Side, qty: Decimal, *, reduces: bool = False) -> None:
        self._exchange.place(
            self._scene.account,
            OrderSpec(
                symbol=symbol,
                side=side,
                type=OrderType.MARKET,
                qty=qty,
                reduce_only=reduces,
                client_id=self._name(),
            ),
        )

    def _rest(self, symbol: str) -> None:
        price = self._exchange.quote(symbol).mark * (1 - _AWAY)
        rules = self._exchange.rules[symbol]
        self._exchange.place(
            self._scene.account,
            OrderSpec(
                symbol=symbol,
                side=Side.BUY,
                type=OrderType.LIMIT,
                tif=Tif.GTC,
                qty=self._stepped(symbol, _WORTH / price),
                price=price // rules.tick * rules.tick,
                client_id=self._name(),
            ),
        )

    def _cancel_stops(self, symbol: str) -> None:
        account = self._scene.account
        for algo in account.algos_on(symbol):
            if algo.type is OrderType.STOP_MARKET:
                self._exchange.cancel_algo(account, algo_id=algo.algo_id, client_algo_id=None)

    def _cancel_all(self, symbol: str) -> None:
        self._exchange.cancel_all(self._scene.account, symbol)
        self._exchange.cancel_all_algo(self._scene.account, symbol)

    def _place_stop(self, symbol: str) -> None:
        """Put a stop of his own where there was one of the bot's: two may not be (facts 2.5)."""
        amount = self._scene.amount(symbol)
        if not amount:
            return
        self._cancel_stops(symbol)
        way = 1 if amount > 0 else -1
        rules = self._exchange.rules[symbol]
        trigger = self._exchange.quote(symbol).mark * (1 - way * _AWAY)
        self._exchange.place_algo(
            self._scene.account,
            AlgoSpec(
                symbol=symbol,
                side=Side.SELL if amount > 0 else Side.BUY,
                type=OrderType.STOP_MARKET,
                trigger_price=trigger // rules.tick * rules.tick,
                close_position=True,
                client_algo_id=self._name(),
            ),
        )

    def _lose_to_deleveraging(self, symbol: str) -> None:
        amount = abs(self._scene.amount(symbol))
        if amount:
            share = self._random.choice((Decimal(1), Decimal("0.5")))
            self._exchange.deleverage(
                self._scene.account,
                symbol,
                PositionSide.BOTH,
                qty=self._stepped(symbol, amount * share),
                price=None,
            )

    def _transfer(self, _symbol: str) -> None:
        amount = self._random.choice((Decimal(5_000), Decimal(-5_000), Decimal(20_000)))
        self._exchange.transfer(self._scene.account, amount)

    def _set_leverage(self, symbol: str) -> None:
        self._exchange.set_leverage(self._scene.account, symbol, self._random.choice((1, 3, 20)))

    def _stepped(self, symbol: str, qty: Decimal) -> Decimal:
        step = self._exchange.rules[symbol].step
        return max(step, qty // step * step)

    def _name(self) -> str:
        self._made += 1
        return f"{_MARK}{self._made}"
