"""Every planted fault: what a storm has to find within a hundred seeds."""

from typing import Final

from tests.storm.mutation import Mutation
from tests.storm.mutations_of_binance import OF_BINANCE
from tests.storm.mutations_of_engine import OF_ENGINE, OF_RISK
from tests.storm.mutations_of_orders import OF_ORDERS
from tests.storm.mutations_of_recovery import OF_RECOVERY

__all__ = ["MUTATIONS"]

MUTATIONS: Final[tuple[Mutation, ...]] = (
    *OF_ORDERS,
    *OF_ENGINE,
    *OF_RISK,
    *OF_RECOVERY,
    *OF_BINANCE,
)
