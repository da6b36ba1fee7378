"""What goes wrong with an archive is an expected failure of our tree."""

import pytest

from noctule.adapters.archive.failures import ArchiveFlawed, ArchiveUnreachable, NotInArchive
from noctule.domain.errors import NoctuleError


@pytest.mark.parametrize("kind", [ArchiveFlawed, ArchiveUnreachable, NotInArchive])
def test_it_is_one_of_ours(kind: type[NoctuleError]) -> None:
    assert str(kind("a.zip: why")) == "a.zip: why"
    assert issubclass(kind, NoctuleError)
