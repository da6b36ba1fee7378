from pathlib import Path

import pytest

from noctule.adapters.store.glance import glance
from noctule.adapters.store.store import Store
from noctule.domain.errors import JournalUnwritable
from noctule.domain.memory import DeskMemory

SAVED = DeskMemory(saved_ms=7, losses_in_a_row=2)


def test_where_no_store_is_none_is_made(tmp_path: Path) -> None:
    assert glance(tmp_path / "desk.db") is None
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_read_beside_its_owner_and_after_it(tmp_path: Path) -> None:
    memory = Store(tmp_path / "desk.db")
    memory.start()
    assert glance(tmp_path / "desk.db") is None

    memory.save(SAVED)
    assert memory.close(5_000)
    assert glance(tmp_path / "desk.db") == SAVED

    again = Store(tmp_path / "desk.db")
    again.start()
    assert glance(tmp_path / "desk.db") == SAVED
    assert again.close(5_000)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_text("not a store, and longer than nothing: whatever it is")

    with pytest.raises(JournalUnwritable, match="cannot be read"):
        glance(path)
