"""What a recovery needs to know of the configuration."""

from noctule.config.settings import Settings
from noctule.reconcile.case import RecoveryTerms

__all__ = ["recovery_terms"]


def recovery_terms(settings: Settings, *, account: str) -> RecoveryTerms:
    """Return the terms for this account's tag."""
    return RecoveryTerms(
        account=account,
        strategies={
            symbol: choice.label or choice.name
            for choice in settings.strategies
            for symbol in choice.symbols
        },
        stop_loss=settings.risk.stop_loss,
        take_profit=settings.risk.take_profit,
        timeframe=settings.trading.timeframe,
    )
