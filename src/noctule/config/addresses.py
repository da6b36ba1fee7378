"""Keys do not cross a network in clear: which addresses are too open for the environment."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel

from noctule.adapters.binance.settings import ApiSettings
from noctule.config.bind import Bound
from noctule.config.problems import Problem
from noctule.config.sections import Section

__all__ = ["judge_addresses"]

_KEYS: Final = ("rest_url", "stream_url", "ws_api_url")
_ENCRYPTED: Final = {"http": "https", "ws": "wss"}


def judge_addresses(api: Bound[BaseModel], section: Section) -> Iterator[Problem]:
    """Tell every address in clear, unless it is this machine's or all is a simulation."""
    settings = api.with_good("environment")
    if not isinstance(settings, ApiSettings) or settings.environment == "sim":
        return
    for key in _KEYS:
        url = urlsplit(getattr(settings, key) or "")
        remedy = _ENCRYPTED.get(url.scheme)
        if remedy and not _is_this_machine(url.hostname or ""):
            where = f"which {settings.environment} allows to this machine only"
            yield section.problem(f"is not encrypted, {where}, write {remedy}://…", key=key)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
