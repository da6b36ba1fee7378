"""Which commands there are. Each is imported only when it, or the list of all, is asked for.

What one command needs, a daemon that runs for months shall not hold in memory.
"""

from collections.abc import Callable, Mapping
from typing import Final

import typer

__all__ = ["COMMANDS"]


def _run(program: typer.Typer) -> None:
    from noctule.app.cli.run import run

    program.command("run")(run)


def _check(program: typer.Typer) -> None:
    from noctule.app.cli.check import check

    program.command("check")(check)


def _backtest(program: typer.Typer) -> None:
    from noctule.app.cli.backtest import backtest

    program.command("backtest")(backtest)


def _exchange(program: typer.Typer) -> None:
    from noctule.app.cli.exchange import exchange

    program.command("exchange")(exchange)


def _reconcile(program: typer.Typer) -> None:
    from noctule.app.cli.reconcile import reconcile

    program.command("reconcile")(reconcile)


def _audit(program: typer.Typer) -> None:
    from noctule.app.cli.audit import app

    program.add_typer(app, name="audit")


def _strategy(program: typer.Typer) -> None:
    from noctule.app.cli.strategy import app

    program.add_typer(app, name="strategy")


def _status(program: typer.Typer) -> None:
    from noctule.app.cli.status import status

    program.command("status")(status)


def _pause(program: typer.Typer) -> None:
    from noctule.app.cli.control import pause

    program.command("pause")(pause)


def _resume(program: typer.Typer) -> None:
    from noctule.app.cli.control import resume

    program.command("resume")(resume)


def _flatten(program: typer.Typer) -> None:
    from noctule.app.cli.control_flatten import flatten

    program.command("flatten")(flatten)


def _stop(program: typer.Typer) -> None:
    from noctule.app.cli.control import stop

    program.command("stop")(stop)


def _reload(program: typer.Typer) -> None:
    from noctule.app.cli.control import reload

    program.command("reload")(reload)


def _why(program: typer.Typer) -> None:
    from noctule.app.cli.why import why

    program.command("why")(why)


def _trades(program: typer.Typer) -> None:
    from noctule.app.cli.trades import trades

    program.command("trades")(trades)


def _journal(program: typer.Typer) -> None:
    from noctule.app.cli.journal import app

    program.add_typer(app, name="journal")


def _data(program: typer.Typer) -> None:
    from noctule.app.cli.data import app

    program.add_typer(app, name="data")


def _storm(program: typer.Typer) -> None:
    from noctule.app.cli.storm import storm

    program.command("storm")(storm)


COMMANDS: Final[Mapping[str, Callable[[typer.Typer], None]]] = {  # in the order of the help
    "run": _run,
    "check": _check,
    "backtest": _backtest,
    "exchange": _exchange,
    "data": _data,
    "status": _status,
    "pause": _pause,
    "resume": _resume,
    "flatten": _flatten,
    "stop": _stop,
    "reload": _reload,
    "why": _why,
    "trades": _trades,
    "journal": _journal,
    "reconcile": _reconcile,
    "audit": _audit,
    "strategy": _strategy,
    "storm": _storm,
}
