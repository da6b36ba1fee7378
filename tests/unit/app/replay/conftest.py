"""One recorded run for all who replay it."""

from pathlib import Path

import pytest

from tests.fakes.recorded_run import copy_of, record_run

__all__ = ["recorded", "store"]


@pytest.fixture(scope="package")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of a run; nobody changes it."""
    return record_run(tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def store(recorded: Path, tmp_path: Path) -> Path:
    """Return a copy of it, to be changed."""
    return copy_of(recorded, tmp_path)
