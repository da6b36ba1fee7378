"""One bot per account on this machine: two would enter twice, and sweep each other's stops."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from noctule.adapters.store.file_lock import FileLock, LockHeld
from noctule.app.paper_account import paper_account_path
from noctule.app.sim_keys import sim_key_pair
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError

__all__ = ["account_identity", "account_lock"]

_THIS_MACHINE: Final = ("127.0.0.1", "::1", "localhost")
_DIGITS: Final = 32  # of the hash: enough that nobody shares his name with another
_REMEDY: Final = "set XDG_RUNTIME_DIR to a directory that belongs to this user alone"


def account_identity(configuration: Configuration) -> str | None:
    """Return what tells this account from every other; None where nobody else can trade on it.

    An exchange on this machine has accounts of its own, whatever their keys are.
    """
    settings, credentials = configuration.settings, configuration.credentials
    match settings.api.environment:
        case "paper":
            return str(paper_account_path(settings).absolute())
        case "sim" if settings.api.rest_url is None:
            return None  # it lives and dies in this process
        case "sim":
            key, _ = sim_key_pair(settings.sim.seed)
        case _ if credentials is None:
            raise ConfigError([configuration.credentials_problem or "credentials are missing"])
        case _:
            key = credentials.api_key.get_secret_value()
    rest_url = settings.api.rest_url
    is_here = rest_url is not None and urlsplit(rest_url).hostname in _THIS_MACHINE
    return f"{rest_url}|{key}" if is_here else key


@contextmanager
def account_lock(
    configuration: Configuration, *, environment: Mapping[str, str] = os.environ
) -> Iterator[None]:
    """Hold the account for this process as long as the context lasts; raise ConfigError if taken.

    A login session and a cron job see different runtime directories, so every one that we have
    is used; the kernel lets go of a killed process's locks.
    """
    identity = account_identity(configuration)
    if identity is None:
        yield
        return
    name = f"account-{sha256(identity.encode()).hexdigest()[:_DIGITS]}.lock"
    place = f"{configuration.origins['api.environment']} [api] environment"
    with ExitStack() as held:
        refusals = [_take(folder / name, held, place) for folder in _folders(environment)]
        if all(refusals):
            raise ConfigError([f"{place}: {refusal}" for refusal in refusals])
        yield


def _folders(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the user's runtime directory if he has one, and his own corner of the common one."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime:
        yield Path(runtime) / "noctule"
    yield Path(tempfile.gettempdir()) / f"noctule-{os.getuid()}"


def _take(path: Path, held: ExitStack, place: str) -> str | None:
    """Take the lock until `held` ends, or say why there can be none here."""
    lock = FileLock(path)
    try:
        _make_private(path.parent)
        lock.acquire()
    except LockHeld as exc:
        who = "another process" if exc.holder is None else f"process {exc.holder}"
        taken = f"{who} trades on this account already, stop it first ({path} is locked)"
        raise ConfigError([f"{place}: {taken}"]) from exc
    except OSError as exc:
        return f"{path} cannot be locked ({exc.strerror}), {_REMEDY}"
    held.callback(lock.release)
    return None


def _make_private(folder: Path) -> None:
    """Make sure that the folder is ours alone: somebody may have been there first."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not is_ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise OSError(errno.EPERM, "its folder is somebody else's, or open to others", str(folder))
