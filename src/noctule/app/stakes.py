"""What is at stake before real money is risked: in the account's own currency, line by line."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from noctule.config.settings import Settings
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import Quote
from noctule.telemetry.logs import get_log

__all__ = ["log_stakes", "stakes"]

_log = get_log(__name__)

_PERCENT: Final = 100
_LEAVING: Final = {
    "keep": "positions stay, with their stops and targets",
    "flatten": "positions are closed at the market",
}


def log_stakes(settings: Settings, snapshot: AccountSnapshot, *, asset: str) -> None:
    """Say in plain lines what may be lost; loud enough for every level of the log."""
    for what, text in stakes(settings, snapshot, asset=asset):
        _log.warning("REAL MONEY", **{what: text})


def stakes(
    settings: Settings, snapshot: AccountSnapshot, *, asset: str
) -> Iterator[tuple[str, str]]:
    """Yield each thing at stake with its figures; shares of equity are reckoned on the wallet."""
    risk, trading = settings.risk, settings.trading
    owned = next((each for each in snapshot.balances if each.asset == asset), _nothing(asset))
    money = _Purse(owned)
    cap = risk.max_position_notional
    yield "symbols", ", ".join(trading.symbols)
    yield "balance", f"{money.plain(owned.wallet)}, {money.plain(owned.available)} of it free"
    yield "held", f"{sum(not each.is_flat for each in snapshot.positions)} positions already"
    yield "per_trade", f"{money.share(risk.risk_per_trade)} lost when a stop is hit, fees included"
    yield (
        "at_most",
        f"{risk.max_positions} positions, each worth "
        f"{'what its risk allows' if cap is None else f'up to {money.plain(cap)}'}, "
        f"together {money.plain(owned.wallet * risk.max_total_exposure)}",
    )
    yield "leverage", f"{trading.leverage}, {trading.margin_type} margin"
    yield "daily_loss", f"entries stop at {money.share(risk.max_daily_loss)}"
    yield "drawdown", f"entries stop at {money.share(risk.max_drawdown)} from the peak"
    yield "shutdown", f"{settings.shutdown.policy}: {_LEAVING[settings.shutdown.policy]}"


class _Purse:
    """Writes amounts of one asset, and shares of what there is of it."""

    def __init__(self, owned: Balance) -> None:
        self._owned = owned

    def plain(self, amount: Decimal) -> str:
        """Return an amount with its asset."""
        return f"{amount:,.2f} {self._owned.asset}"

    def share(self, part: Decimal) -> str:
        """Return a share of the wallet, in money and in per cent."""
        percent = (part * _PERCENT).normalize()
        return f"{self.plain(self._owned.wallet * part)} ({percent:f} %)"


def _nothing(asset: str) -> Balance:
    return Balance(asset=asset, wallet=Quote(Decimal(0)), available=Quote(Decimal(0)))
