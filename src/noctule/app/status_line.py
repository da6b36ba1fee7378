"""How the bot is in one line, for `systemctl status`."""

from decimal import Decimal
from typing import Final

from noctule.positions.portfolio import Portfolio
from noctule.telemetry.health import Health

__all__ = ["status_line"]

_CENT: Final = Decimal("0.01")
_HELD_MAX: Final = 3  # positions that are named


def status_line(
    environment: str,
    phase: str,
    health: Health,
    *,
    portfolio: Portfolio | None,
    asset: str,
    entries_off: str | None,
) -> str:
    """Return environment, health, positions, the day's result, and whether anything is entered.

    What is overdue comes first: it is why there will be a restart.
    """
    how = f"{environment} {phase}, {health.word} {health.score}"
    parts = [f"{how}{_worst(health)}"]
    if portfolio is not None:
        parts += [_held(portfolio), _day(portfolio, asset)]
    parts.append("entries on" if entries_off is None else f"entries off: {entries_off}")
    return "; ".join(parts)


def _worst(health: Health) -> str:
    if health.overdue:
        named = ", ".join(f"{each.name} {each.text}" for each in health.overdue)
        return f": the watchdog is not told that all is well: {named}"
    worst = health.worst
    return f" ({worst.name} {worst.text})" if worst is not None else ""


def _held(portfolio: Portfolio) -> str:
    held = [each for each in portfolio.holdings if each.signed_quantity]
    if not held:
        return "flat"
    names = [f"{each.symbol} {each.signed_quantity:+f}" for each in held[:_HELD_MAX]]
    more = ["…"] if len(held) > _HELD_MAX else []
    count = "1 position" if len(held) == 1 else f"{len(held)} positions"
    return f"{count} ({', '.join(names + more)})"


def _day(portfolio: Portfolio, asset: str) -> str:
    earned = (portfolio.equity - portfolio.day_equity).quantize(_CENT)
    return f"today {earned:+f} {asset}"
