"""Which store a command reads: a configuration's own, and in a simulation the newest there is."""

from glob import escape
from pathlib import Path

from noctule.app.memory import store_path
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError

__all__ = ["found_store"]

_STARTED_MS = 0  # of a run that is not ours: its name is looked for, not made


def found_store(configuration: Configuration) -> Path:
    """Return the file to read; ConfigError where no run has left one.

    Every simulation has a market, and so a store, of its own: the one written last is meant.
    """
    settings = configuration.settings
    environment = settings.api.environment
    if environment != "sim":
        path = store_path(configuration, started_ms=_STARTED_MS)
        found = [path] if path.is_file() else []
    else:
        path = settings.store.path(environment=environment, account="seed*")
        pattern = escape(path.name).replace(escape("seed*"), "seed*")
        found = sorted(path.parent.glob(pattern), key=lambda each: each.stat().st_mtime_ns)
    if not found:
        origin = configuration.origins["store.url"]
        what = f"there is no store at {path}, start the bot first, or name the --profile it runs in"
        raise ConfigError([f"{origin} [store] url: {what}"])
    return found[-1]
