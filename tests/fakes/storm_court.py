"""A court for one promise: an exchange, an account, and whoever asks for orders in its name."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Generic, TypeVar, cast
from urllib.parse import urlencode

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.messages import Request, Response
from noctule.app.storm.home import KEY, SECRET
from noctule.app.storm.life import Life
from noctule.app.storm.scene import Rule, Violation
from noctule.app.storm.story import Story
from noctule.domain.order import Leg
from noctule.orders.blotter import Blotter
from noctule.risk.limits import RiskLimits
from tests.fakes.sim_desk import signed
from tests.fakes.small_storms import a_story
from tests.fakes.storm_life import a_name
from tests.fakes.storm_scene import StormScene

__all__ = ["BTC", "ETH", "Court", "a_life", "adopt_limits"]

BTC, ETH = "BTCUSDT", "ETHUSDT"
R = TypeVar("R", bound=Rule)


class Court(Generic[R]):
    """Time stands until a test lets it pass; a process runs, unless the test ends it."""

    def __init__(
        self, kind: type[R], story: Story | None = None, *, life: Life | None = None
    ) -> None:
        self.scene = StormScene(story or a_story(symbols=(BTC, ETH)))
        self.violations: list[Violation] = []
        self.rule = kind(self.scene, self.violations.append)
        self.scene.exchange.watchers.append(self.rule)
        self.scene.exchange.listen_keys.of = lambda _key: ""  # type: ignore[method-assign,assignment]
        self.scene.exchange.hub = {""}  # type: ignore[assignment]  # somebody listens
        self.life = life or a_life()
        self.begin()
        self.wait(60_000)

    @property
    def told(self) -> list[str]:
        """Return what was said to be broken."""
        return [each.text for each in self.violations]

    def begin(self) -> None:
        """Let the process start."""
        self.scene.life = self.life
        self.rule.born(self.life)

    def end(self) -> None:
        """Let it die."""
        self.scene.life = None
        self.rule.died(self.life)

    def wait(self, ms: int) -> None:
        """Let time pass, and the rule look around each second and at its end."""
        clock = self.scene.clock
        until_ms = clock.now_ms() + ms
        while clock.now_ms() < until_ms:
            clock.advance_to_ms(min(until_ms, clock.now_ms() + 1_000))
            self.scene.exchange.advance()
            self.rule.look()

    def ask(self, method: str, path: str, **sent: str) -> Response:
        """Send a request as the bot would."""
        wanted = {**sent, "timestamp": str(self.scene.clock.now_ms())}
        return self.scene.exchange.handle_http(
            Request(
                method=method,
                path=path,
                query=signed(urlencode(wanted), SECRET),
                headers={"x-mbx-apikey": KEY},
            )
        )

    def order(self, name: str, amount: str, *, symbol: str = BTC, **sent: str) -> Response:
        """Ask for a market order, or what else is said; negative is sold."""
        side, quantity = ("SELL", amount[1:]) if amount.startswith("-") else ("BUY", amount)
        usual = {"symbol": symbol, "side": side, "type": "MARKET", "quantity": quantity}
        return self.ask("POST", "/fapi/v1/order", newClientOrderId=name, **(usual | sent))

    def enter(self, amount: str = "0.1", *, symbol: str = BTC, attempt: int = 0) -> Response:
        """Let the bot enter at market."""
        return self.order(a_name(symbol=symbol, attempt=attempt), amount, symbol=symbol)

    def leave(self, amount: str = "-0.1", *, attempt: int = 0) -> Response:
        """Let it close at market."""
        return self.order(a_name(Leg.CLOSE, attempt=attempt), amount, reduceOnly="true")

    def stop(
        self, trigger: str = "59000", *, attempt: int = 0, quantity: str | None = None
    ) -> Response:
        """Let it ask for a stop that closes all, or so much."""
        form = {"closePosition": "true"}
        if quantity is not None:
            form = {"quantity": quantity, "reduceOnly": "true"}
        return self.ask(
            "POST",
            "/fapi/v1/algoOrder",
            algoType="CONDITIONAL",
            clientAlgoId=a_name(Leg.STOP, attempt=attempt),
            symbol=BTC,
            side="SELL",
            type="STOP_MARKET",
            triggerPrice=trigger,
            **form,
        )

    def cancel_stop(self, *, attempt: int = 0) -> Response:
        """Let it take that out."""
        name = a_name(Leg.STOP, attempt=attempt)
        return self.ask("DELETE", "/fapi/v1/algoOrder", clientAlgoId=name)

    def arm(self, kind: FaultKind, match: str, **how: object) -> None:
        """Let something go wrong."""
        self.scene.exchange.faults.arm(Fault(kind=kind, match=match, **how))  # type: ignore[arg-type]


def a_life(
    *,
    is_running: bool = True,
    limits: RiskLimits | None = None,
    home: object = None,
    positions: dict[str, str] | None = None,
    wallet: str = "100000",
) -> Life:
    """Return as much of a life as promises look at."""

    def position(symbol: str) -> object:
        return SimpleNamespace(signed_quantity=Decimal((positions or {}).get(symbol, "0")))

    patience = SimpleNamespace(naked_ms=2_000)
    desk = SimpleNamespace(
        brackets={}, settings=SimpleNamespace(patience=patience), blotter=Blotter()
    )
    queue = SimpleNamespace(unfinished=0, capacity=100, stalls=0)
    metrics = SimpleNamespace(queues={"order": queue})
    trading = SimpleNamespace(
        desk=desk,
        book=SimpleNamespace(position=position, reported=position, wallet=Decimal(wallet)),
        risk=SimpleNamespace(limits=limits or RiskLimits()),
    )
    life = SimpleNamespace(
        is_running=is_running,
        is_made=True,
        is_dead=False,
        place=SimpleNamespace(road=SimpleNamespace(late_ms=0), home=home, symbols=(BTC, ETH)),
        traded=(BTC, ETH),
        bot=SimpleNamespace(trading=trading, bus=SimpleNamespace(metrics=lambda: metrics)),
    )
    return cast("Life", life)


def adopt_limits(life: Life, limits: RiskLimits) -> None:
    """Let other limits hold in it from now on."""
    life.bot.trading.risk = SimpleNamespace(limits=limits)  # type: ignore[assignment]  # as above
