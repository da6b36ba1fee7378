"""The insurance fund: it pays what is lost and not there, and takes the fee of a liquidation.

An isolated position can lose its margin and no more, an account what is in it. Whatever a fill
costs beyond that, because the price ran past the end or an order was filled far from the mark,
comes from here, as income and ACCOUNT_UPDATE of INSURANCE_CLEAR.
"""

from collections.abc import Iterable
from decimal import Decimal

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import AccountUpdated
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.model import ZERO, Position
from noctule.adapters.sim.statement import balance_of, shown

__all__ = ["clear", "owed"]


def owed(account: Account, left: Decimal | None) -> Decimal:
    """Return what the fund has to pay after a position was reduced.

    `left` is what an isolated position's margin came to with profit and fee; None if it was
    crossed. A crossed debt is nobody's while another position stands for it.
    """
    debt = ZERO if left is None else max(ZERO, -left)
    for leg in account.held():
        if left is not None or not account.is_isolated(leg.symbol):
            return debt
    return max(debt, -account.cross_wallet)


def clear(
    floor: Floor, account: Account, symbol: str, amount: Decimal, legs: Iterable[Position] = ()
) -> None:
    """Let the fund pay an account, or take from it when below zero, and tell it."""
    floor.post(account, "INSURANCE_CLEAR", amount, symbol=symbol)
    account.safe_marks.clear()
    floor.tell(
        account,
        AccountUpdated(
            time_ms=floor.now_ms,
            reason="INSURANCE_CLEAR",
            balances=(balance_of(account, amount),),
            positions=tuple(shown(account, floor.books, leg) for leg in legs),
        ),
    )
