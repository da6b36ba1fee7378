"""The promises are many, each has a name of its own, and none is left out."""

import inspect
import pkgutil
from importlib import import_module

from noctule.app.storm import promises
from noctule.app.storm.rules import RULES
from noctule.app.storm.scene import Rule


def test_each_has_a_name_of_its_own() -> None:
    names = [kind.name for kind in RULES]
    assert len(set(names)) == len(names)


def test_every_promise_that_was_written_is_judged_by() -> None:
    written = {
        kind
        for module in pkgutil.iter_modules(promises.__path__)
        for kind in vars(import_module(f"{promises.__name__}.{module.name}")).values()
        if inspect.isclass(kind) and issubclass(kind, Rule) and "name" in vars(kind)
    }
    assert written == set(RULES)
