"""`exchange`: the simulated exchange alone, for any Binance client to trade on."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
import uvloop
from msgspec import Struct

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.candle_files import Gap, data_files
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.protocol import Protocol
from noctule.adapters.sim.rules_file import rules_from_files
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.settings import SimSettings
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.sim_keys import sim_key_pair
from noctule.app.simulation import (
    GENERATED_MINUTES,
    HISTORY_CANDLES,
    simulated_exchange,
    spoiled_data,
)
from noctule.domain.errors import ConfigError

__all__ = ["exchange"]

_PORT: Final = 8780


class _Address(Struct, frozen=True):
    """What a client needs to know."""

    rest_url: str
    stream_url: str
    ws_api_url: str
    api_key: str
    api_secret: str
    speed: float
    seed: int


def exchange(  # noqa: PLR0913  # options of a command
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")
    ] = _PORT,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH", help="Candle, trade and funding files, or a folder, to replay."
        ),
    ] = None,
    history: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help=f"Candles that are over already: {HISTORY_CANDLES} of the data, or "
            f"{GENERATED_MINUTES} minutes of the built-in market.",
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A saved exchangeInfo: contracts instead of our own."),
    ] = None,
    tiers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Leverage brackets for them, as ccxt saves them."),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="X", help="Market minutes per minute; 0 is as fast as possible."),
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="The market's seed.")] = None,
    control_token: Annotated[
        str | None,
        typer.Option(metavar="TOKEN", help="Switch the control API on, for whoever knows this."),
    ] = None,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Run the simulated exchange alone and print where it is, with a key pair to trade with.

    Example: noctule exchange --port 8780 --speed 60 --seed 7
    """
    said = {"data": _files(data) if data else None, "speed": speed, "seed": seed}
    sim = [f"sim.{key}={value}" for key, value in said.items() if value is not None]
    manager = config_manager(files=config, profile=profile, overrides=[*(overrides or ()), *sim])
    settings = manager.load().settings.sim
    protocol = simulated_exchange(
        settings,
        clock=SystemClock(),
        on_gap=_tell_gap,
        contracts=_contracts(rules, tiers),
        history_candles=history,
        control_token=control_token or settings.control_token,
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(protocol, settings, port=port, as_json=as_json))


def _files(paths: list[Path]) -> str:
    """Name the files that are meant, as the setting does: each folder's for the folder."""
    try:
        named = [data_files([path]) if path.is_dir() else [path] for path in paths]
    except BadData as exc:
        raise ConfigError([f"--data: {exc}"]) from exc
    return ",".join(str(file) for files in named for file in files)


def _contracts(rules: Path | None, tiers: Path | None) -> tuple[Rules, ...]:
    """Return the contracts of the files named; none are named, none are returned."""
    if rules is None:
        if tiers is not None:
            raise ConfigError(["--tiers: brackets of which contracts? Name --rules too"])
        return ()
    try:
        contracts = rules_from_files(rules, tiers)
    except BadData as exc:
        raise ConfigError([f"--rules, --tiers: {exc}"]) from exc
    if not contracts:
        raise ConfigError([f"--rules: {rules}: not one symbol is there"])
    return contracts


def _tell_gap(gap: Gap) -> None:
    typer.echo(f"{gap.path}:{gap.line}: {gap.flaw}", err=True)


async def _serve(protocol: Protocol, settings: SimSettings, *, port: int, as_json: bool) -> None:
    """Serve until a signal says stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        with spoiled_data():
            async with SimServer(protocol, port=port) as server:
                typer.echo(_told(_address(server, settings), as_json=as_json))
                await stopped.wait()
    except OSError as exc:
        raise ConfigError([f"--port {port}: {exc.strerror}"]) from exc


def _address(server: SimServer, settings: SimSettings) -> _Address:
    key, secret = sim_key_pair(settings.seed)
    return _Address(
        rest_url=server.rest_url,
        stream_url=server.stream_url,
        ws_api_url=server.ws_api_url,
        api_key=key,
        api_secret=secret,
        speed=settings.speed,
        seed=settings.seed,
    )


def _told(address: _Address, *, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode(address).decode()
    return (
        f"REST            {address.rest_url}\n"
        f"streams         {address.stream_url}/public /market /private\n"
        f"WebSocket API   {address.ws_api_url}\n"
        f"API key         {address.api_key}\n"
        f"API secret      {address.api_secret}\n"
        f"speed {address.speed:g}, seed {address.seed}; press Ctrl-C to stop"
    )
