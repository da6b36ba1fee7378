"""What a process does with a bot: lets it live, lets signals end it, and closes its books."""

import signal
from collections.abc import Callable

from noctule.app.bot import TradingBot
from noctule.app.exits import force_exit, log_failed_start
from noctule.domain.errors import ConfigError
from noctule.engine.outcome import outcome_of
from noctule.engine.shutdown import signals_caught

__all__ = ["live", "lived"]


async def live(bot: TradingBot) -> Exception | None:
    """Initialize, run and leave; return why we could not go on, None if all went well."""
    _let_late_signals_pass()
    with signals_caught(bot.stop, reload=bot.reload, force=force_exit):
        return await lived(bot)


async def lived(bot: TradingBot, *, on_made: Callable[[], None] = lambda: None) -> Exception | None:
    """Do all of that but mind the signals; `on_made` is called once it is put together."""
    failure = await outcome_of(bot.initialize())
    if failure is None:
        on_made()
        failure = await outcome_of(bot.run())
    elif not isinstance(failure, ConfigError):  # which may have come before there was a log
        log_failed_start(failure)
    await outcome_of(bot.leave_world())
    bot.close(failure)
    return failure


def _let_late_signals_pass() -> None:
    """Set what the signals do when we have left: one that comes then changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
