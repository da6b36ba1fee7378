"""The account's owner, who does things by hand in Binance's app while the bot trades."""

from decimal import Decimal

from noctule.adapters.sim.exchange import AlgoSpec, Exchange, OrderSpec
from noctule.adapters.sim.model import AlgoOrder, Order, OrderType, PositionSide, Side, Tif
from tests.fakes.hands_exchange import HandsExchange

__all__ = ["Owner"]


class Owner:
    """Everything is on BTCUSDT unless another symbol is named; ids begin with `hand-`."""

    def __init__(self, at: HandsExchange) -> None:
        self._at = at
        self._exchange: Exchange = at.protocol.venue.exchange
        self._made = 0

    def buy(self, quantity: str, *, symbol: str = "BTCUSDT") -> Order:
        """Take a position."""
        return self._market(Side.BUY, Decimal(quantity), symbol=symbol)

    def close(self) -> None:
        """Close whatever the bot holds, if it holds anything."""
        amount = self._at.amount()
        if amount:
            side = Side.SELL if amount > 0 else Side.BUY
            self._market(side, abs(amount), reduce_only=True)

    def halve(self) -> None:
        """Close half of it."""
        amount = self._at.amount()
        half = (abs(amount) / 2).quantize(Decimal("0.001"))
        self._market(Side.SELL if amount > 0 else Side.BUY, half, reduce_only=True)

    def lose_to_deleveraging(self, share: str = "1") -> None:
        """Have so much of it taken for somebody else's bankruptcy."""
        amount = abs(self._at.amount())
        if amount:
            self._note(f"is deleveraged by {share}")
            taken = (amount * Decimal(share)).quantize(Decimal("0.001"))
            self._exchange.deleverage(
                self._at.account, "BTCUSDT", PositionSide.BOTH, qty=taken, price=None
            )

    def cancel_stops(self) -> int:
        """Cancel every stop that rests there, and say how many those were."""
        stops = [each for each in self._algos() if each.type is OrderType.STOP_MARKET]
        for stop in stops:
            self._note(f"cancels the stop {stop.client_algo_id}")
            self._exchange.cancel_algo(self._at.account, algo_id=stop.algo_id, client_algo_id=None)
        return len(stops)

    def stop(self, trigger: str, *, closes_all: bool = True) -> AlgoOrder:
        """Place a stop under a long position, or above a short one."""
        amount = self._at.amount()
        self._note(f"places a stop at {trigger}")
        return self._exchange.place_algo(
            self._at.account,
            AlgoSpec(
                symbol="BTCUSDT",
                side=Side.BUY if amount < 0 else Side.SELL,
                type=OrderType.STOP_MARKET,
                trigger_price=Decimal(trigger),
                qty=None if closes_all else abs(amount),
                close_position=closes_all,
                reduce_only=not closes_all,
                client_algo_id=self._name(),
            ),
        )

    def withdraw(self) -> None:
        """Cancel every order of his own on BTCUSDT."""
        for algo in self._algos():
            if algo.client_algo_id.startswith("hand-"):
                self._exchange.cancel_algo(
                    self._at.account, algo_id=algo.algo_id, client_algo_id=None
                )

    def rest(self, price: str, *, symbol: str = "ETHUSDT", quantity: str = "0.100") -> Order:
        """Let a limit order rest, of which the bot knows nothing."""
        self._note(f"lets an order rest on {symbol}")
        return self._exchange.place(
            self._at.account,
            OrderSpec(
                symbol=symbol,
                side=Side.BUY,
                type=OrderType.LIMIT,
                tif=Tif.GTC,
                qty=Decimal(quantity),
                price=Decimal(price),
                client_id=self._name(),
            ),
        )

    def _market(
        self, side: Side, quantity: Decimal, *, symbol: str = "BTCUSDT", reduce_only: bool = False
    ) -> Order:
        self._note(f"trades {side} {quantity:f} {symbol}")
        return self._exchange.place(
            self._at.account,
            OrderSpec(
                symbol=symbol,
                side=side,
                type=OrderType.MARKET,
                qty=quantity,
                reduce_only=reduce_only,
                client_id=self._name(),
            ),
        )

    def _algos(self) -> list[AlgoOrder]:
        return list(self._at.account.algos_on("BTCUSDT"))

    def _note(self, text: str) -> None:
        self._at.watch.note("owner", text)

    def _name(self) -> str:
        self._made += 1
        return f"hand-{self._made}"
