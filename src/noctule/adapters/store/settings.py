"""The [store] section: where orders, fills and trades are remembered."""

import re
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, field_validator

__all__ = ["StoreSettings"]

_DAY_MS: Final = 86_400_000
_SCHEME: Final = "sqlite:///"
_PLACEHOLDERS = {"environment", "account"}


class StoreSettings(BaseModel, frozen=True, extra="forbid"):
    """Address of the store; {environment} and {account} are filled in when it is opened."""

    url: str = "sqlite:///logs/state/{environment}-{account}.db"
    keep_days: int = Field(default=30, ge=1, le=36_500)  # of the journal; all else is kept

    @field_validator("url")
    @classmethod
    def _names_a_file_with_known_placeholders(cls, url: str) -> str:
        if not re.fullmatch(r"sqlite:///[^~\"'](.*[^\"'])?", url):
            raise ValueError(f"{url!r} is not a store, write sqlite:///path/to/file.db")
        unknown = sorted(set(re.findall(r"{(.*?)}", url)) - _PLACEHOLDERS)
        if unknown:
            raise ValueError(f"{{{unknown[0]}}} is unknown, write {{environment}} or {{account}}")
        return url

    @property
    def keep_ms(self) -> int:
        """Return how long the journal reaches back, in market time."""
        return self.keep_days * _DAY_MS

    def path(self, *, environment: str, account: str) -> Path:
        """Return the file that it names for this account."""
        name = self.url.removeprefix(_SCHEME)
        return Path(name.replace("{environment}", environment).replace("{account}", account))
