"""[store]: an SQLite file, with placeholders that are filled in later."""

import pytest
from pydantic import ValidationError

from noctule.adapters.store.settings import StoreSettings


def test_placeholders_are_kept_as_text() -> None:
    url = "sqlite:///logs/{account}.db"
    assert StoreSettings(url=url).url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("logs/a.db", "'logs/a.db' is not a store, write sqlite:///path/to/file.db"),
        ("sqlite:///", "'sqlite:///' is not a store, write sqlite:///path/to/file.db"),
        ("sqlite:///~/a.db", "'sqlite:///~/a.db' is not a store, write sqlite:///path/to/file.db"),
        (
            'sqlite:///"a.db"',
            "'sqlite:///\"a.db\"' is not a store, write sqlite:///path/to/file.db",
        ),
        ("sqlite:///{key}.db", "{key} is unknown, write {environment} or {account}"),
    ],
)
def test_anything_else_is_refused(url: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        StoreSettings(url=url)
    assert [error["msg"] for error in caught.value.errors()] == [f"Value error, {words}"]
