"""What can go wrong with an archive, and what each means for whoever fetches."""

from noctule.domain.errors import NoctuleError

__all__ = ["ArchiveFlawed", "ArchiveUnreachable", "NotInArchive"]


class NotInArchive(NoctuleError):
    """The archive has no such file, and says so."""


class ArchiveUnreachable(NoctuleError):
    """Nobody answers, or not to the end: trying again later may help."""


class ArchiveFlawed(NoctuleError):
    """What the archive has cannot be used: its checksum is wrong, missing or no checksum."""
