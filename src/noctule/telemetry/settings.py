"""The [logging] section: what is written where, and how much of it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator

__all__ = ["LevelName", "LogFormat", "LoggingSettings"]

LevelName = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["text", "json"]

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class LoggingSettings(BaseModel, frozen=True, extra="forbid"):
    """Console, files and levels of the program's logs."""

    level: LevelName = "INFO"
    console: LogFormat = "text"
    file: Path = Path("logs/noctule.log")
    file_format: LogFormat = "text"
    rotate_mb: int = Field(default=10, ge=1, le=1000)
    keep_files: int = Field(default=10, ge=1, le=1000)
    trade_log: Path = Path("logs/trades.jsonl")
    audit_log: Path = Path("logs/audit.jsonl")
    levels: tuple[str, ...] = ()  # component=LEVEL, e.g. adapters.binance=DEBUG

    @field_validator("levels")
    @classmethod
    def _each_names_a_component_and_a_level(cls, levels: tuple[str, ...]) -> tuple[str, ...]:
        for entry in levels:
            component, _, level = entry.partition("=")
            if not component.strip() or level.strip() not in _LEVELS:
                raise ValueError(f"{entry!r} is not component=LEVEL, e.g. risk=WARNING")
        return levels
