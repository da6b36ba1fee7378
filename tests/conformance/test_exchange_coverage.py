"""The page about the exchange's coverage names all that is there, and nothing that is not."""

import inspect
import re
from pathlib import Path

from noctule.adapters.sim import wire_events, wire_streams
from noctule.adapters.sim.routes import ROUTES

PAGE = (Path(__file__).parents[2] / "docs" / "exchange-coverage.md").read_text()


def test_the_page_names_exactly_the_endpoints_that_are_served() -> None:
    named = re.findall(r"`(GET|POST|PUT|DELETE) (/fapi/[^`]+)`", PAGE)
    assert sorted(named) == sorted(ROUTES)


def test_the_page_names_every_event_that_is_told() -> None:
    told = {
        name
        for module in (wire_events, wire_streams)
        for name in re.findall(r'"e": "(\w+)"', inspect.getsource(module))
    }
    assert {name for name in told if f"`{name}`" not in PAGE} == set()
