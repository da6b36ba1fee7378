"""The [store] section: where orders, fills and trades are remembered."""

import re
from pathlib import Path
from typing import Final

from pydantic import BaseModel, field_validator

__all__ = ["StoreSettings"]

_SCHEME: Final = "sqlite:///"
_PLACEHOLDERS = {"environment", "account"}


class StoreSettings(BaseModel, frozen=True, extra="forbid"):
    """Address of the store; {environment} and {account} are filled in when it is opened."""

    url: str = "sqlite:///logs/state/{environment}-{account}.db"

    @field_validator("url")
    @classmethod
    def _names_a_file_with_known_placeholders(cls, url: str) -> str:
        if not re.fullmatch(r"sqlite:///[^~\"'](.*[^\"'])?", url):
            raise ValueError(f"{url!r} is not a store, write sqlite:///path/to/file.db")
        unknown = sorted(set(re.findall(r"{(.*?)}", url)) - _PLACEHOLDERS)
        if unknown:
            raise ValueError(f"{{{unknown[0]}}} is unknown, write {{environment}} or {{account}}")
        return url

    def path(self, *, environment: str, account: str) -> Path:
        """Return the file that it names for this account."""
        name = self.url.removeprefix(_SCHEME)
        return Path(name.replace("{environment}", environment).replace("{account}", account))
