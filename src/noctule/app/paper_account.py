"""Who we are on paper: one account for each live market that is followed, the same every time."""

from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from noctule.config.settings import Settings
from noctule.domain.ids import account_tag

__all__ = ["PAPER_KEY", "PAPER_SECRET", "PAPER_TAG", "paper_account_name", "paper_account_path"]

# Good for nothing elsewhere.
PAPER_KEY: Final = sha256(b"paper key").hexdigest()
PAPER_SECRET: Final = sha256(b"paper secret").hexdigest()
PAPER_TAG: Final = account_tag("paper")  # the mark of our orders


def paper_account_name(settings: Settings) -> str:
    """Return the account's part of a file's name: another host's prices are another account's."""
    if settings.api.rest_url is None:
        return PAPER_TAG
    return f"{PAPER_TAG}-{urlsplit(settings.api.rest_url).netloc.replace(':', '-')}"


def paper_account_path(settings: Settings) -> Path:
    """Return the file in which the account outlives the process: it lies beside the store."""
    store = settings.store.path(environment="paper", account=paper_account_name(settings))
    return store.with_name(f"{store.stem}.account.json")
