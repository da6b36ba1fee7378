"""The simulated exchange as the [sim] section wants it, for whoever serves it or trades on it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from noctule.adapters.sim.candle_files import Gap
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.generator import MakeTemper
from noctule.adapters.sim.lively import Lively
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.settings import MarketTemper, SimSettings
from noctule.adapters.sim.temper import Temper
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import Market, generated, make_venue, replayed
from noctule.app.sim_keys import sim_key_pair
from noctule.domain.errors import ConfigError
from noctule.domain.values import MINUTE_MS
from noctule.ports.clock import Clock

__all__ = [
    "GENERATED_MINUTES",
    "HISTORY_CANDLES",
    "data_problem",
    "simulated_exchange",
    "spoiled_data",
]

HISTORY_CANDLES: Final = 500  # of a file, before its replay begins
GENERATED_MINUTES: Final = 720  # before the generated market opens
# A market that waits lets nobody run out of minutes: else which of its orders a client may send
# would hang on how fast the machine is, and a run would not trade as the same run did before.
_WITHOUT_LIMITS: Final = Terms(
    weight_per_minute=10**9,
    orders_per_minute=10**9,
    orders_per_10s=10**9,
    funding_calls_per_5m=10**9,
)
_TEMPERS: Final[Mapping[MarketTemper, MakeTemper]] = {"lively": Lively, "ordinary": Temper}


def simulated_exchange(
    settings: SimSettings,
    *,
    clock: Clock,
    on_gap: Callable[[Gap], None],
    contracts: tuple[Rules, ...] = (),
    history_candles: int | None = None,
    control_token: str | None = None,
) -> Protocol:
    """Return the exchange with its market open, and the account of the seed's key pair funded.

    Without contracts they are our own; `on_gap` is told of each hole in the data replayed. The
    history is counted in candles of the file, or in minutes of the generated market.
    """
    setup = Setup(
        clock=clock,
        speed=settings.speed,
        seed=settings.seed,
        control_token=control_token,
        terms=Terms() if settings.speed else _WITHOUT_LIMITS,
    )
    try:
        market = _market(settings, contracts, clock, on_gap, history_candles)
        protocol = Protocol(make_venue(market, seed=settings.seed), setup)
    except BadData as exc:
        raise data_problem(exc) from exc
    if protocol.venue.world.next_ms is None:
        raise data_problem(
            f"all of it is history ({history_candles or HISTORY_CANDLES} candles): "
            "give it more of them, or less --history"
        )
    key, secret = sim_key_pair(settings.seed)
    protocol.venue.exchange.open_account(key=key, secret=secret, deposit=settings.balance)
    return protocol


@contextmanager
def spoiled_data() -> Iterator[None]:
    """Raise the problem of a row that cannot be replayed, whoever's task it came up in.

    A row is read when its time has come, by the server's own task.
    """
    try:
        yield
    except BaseExceptionGroup as group:
        spoiled, rest = group.split(BadData)
        if spoiled is None or rest is not None:
            raise
        raise data_problem(_first(spoiled)) from group


def _first(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


def data_problem(reason: object) -> ConfigError:
    """Say that the market's data cannot be replayed; a row is read when its time has come."""
    return ConfigError([f"[sim] data: {reason}"])


def _market(
    settings: SimSettings,
    contracts: tuple[Rules, ...],
    clock: Clock,
    on_gap: Callable[[Gap], None],
    history_candles: int | None,
) -> Market:
    if settings.data:
        count = HISTORY_CANDLES if history_candles is None else history_candles
        return replayed(settings.data, on_gap=on_gap, history_candles=count, rules=contracts)
    minutes = GENERATED_MINUTES if history_candles is None else history_candles
    return generated(
        seed=settings.seed,
        open_ms=clock.now_ms(),
        history_ms=minutes * MINUTE_MS,
        rules=_familiar(contracts),
        make_temper=_TEMPERS[settings.market],
    )


def _familiar(contracts: tuple[Rules, ...]) -> tuple[Rules, ...]:
    """Pick the built-in symbols if there are any: a whole exchange is more than one watches."""
    built_in = {each.symbol for each in default_rules()}
    return tuple(each for each in contracts if each.symbol in built_in) or contracts
