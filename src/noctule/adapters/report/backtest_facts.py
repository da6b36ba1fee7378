"""What a report is told beside the figures: on what, with what, and under which beliefs."""

from msgspec import Struct

__all__ = ["ReportFacts", "SourceNote"]


class SourceNote(Struct, frozen=True, kw_only=True):
    """A file that was read."""

    path: str
    sha256: str
    rows: int


class ReportFacts(Struct, frozen=True, kw_only=True):
    """What stands around the figures; all of it is somebody's text, and escaped."""

    title: str
    from_ms: int
    to_ms: int
    settings: tuple[tuple[str, str], ...]  # name and value
    assumptions: tuple[str, ...]
    files: tuple[SourceNote, ...]
    quirks: tuple[str, ...] = ()  # what is odd about the candles, gaps too
    data_hash: str
    result_hash: str
    versions: tuple[tuple[str, str], ...] = ()  # name and version
