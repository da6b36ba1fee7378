"""[web]: off, on loopback, at an address that is one."""

import pytest
from pydantic import ValidationError

from noctule.adapters.web.settings import WebSettings


def test_the_dashboard_is_off_and_on_loopback_by_default() -> None:
    assert WebSettings() == WebSettings(enabled=False, bind="127.0.0.1:8321")


@pytest.mark.parametrize("bind", ["127.0.0.1:8321", "[::1]:80", "localhost:65535"])
def test_host_and_port_are_kept_as_written(bind: str) -> None:
    assert WebSettings(bind=bind).bind == bind


@pytest.mark.parametrize("bind", ["8321", ":8321", "host:", "host:http", "host:0", "host:65536"])
def test_anything_else_is_refused(bind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        WebSettings(bind=bind)
    (error,) = caught.value.errors()
    assert error["msg"] == (f"Value error, {bind!r} is not host:port, write e.g. 127.0.0.1:8321")
