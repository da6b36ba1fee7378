"""The first lines of every run: what runs, on what, with whose money, within which limits."""

from noctule import __version__
from noctule.config.settings import Configuration
from noctule.telemetry.logs import get_log

__all__ = ["log_banner", "log_world"]

_log = get_log(__name__)


def log_banner(configuration: Configuration) -> None:
    """Log who we are and what we are about to do."""
    settings = configuration.settings
    trading, risk = settings.trading, settings.risk
    _log.info(
        "noctule starts",
        version=__version__,
        environment=settings.api.environment.upper(),
        configuration=configuration.fingerprint[:12],
    )
    for choice in settings.strategies:
        _log.info(
            "trades",
            symbols=",".join(choice.symbols),
            timeframe=trading.timeframe.value,
            strategy=choice.label or choice.name,
            leverage=trading.leverage,
            margin=trading.margin_type,
        )
    _log.info(
        "risks",
        per_trade=str(risk.risk_per_trade),
        daily_loss_max=str(risk.max_daily_loss),
        drawdown_max=str(risk.max_drawdown),
        positions_max=risk.max_positions,
    )


def log_world(exchange: str | None, *, trades: bool) -> None:
    """Log whom we are connected to, and say plainly if nothing can be traded there."""
    if exchange is None:
        _log.warning("no exchange is there: noctule idles; press Ctrl-C to stop")
        return
    _log.info("exchange", name=exchange)
    if not trades:
        _log.warning("this environment has no account yet: signals are shown and nothing is sent")
