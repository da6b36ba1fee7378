"""What a strategy must not touch is found in its text, with the line and what to do instead."""

import ast
from pathlib import Path

import pytest

from noctule.app.strategy_source import Source
from noctule.app.workbench.purity import impurities
from noctule.app.workbench.skeleton import write_skeleton
from tests.fakes.idea_files import IDEA


def found(text: str) -> list[str]:
    source = Source(shown="f.py", path=Path("/f.py"), text=text, tree=ast.parse(text))
    return [f"{each.line}: {each.what}" for each in impurities(source)]


CLOCK = "the wall clock: take candle.close_ms"
FILES = "files: what it needs must come with candle, view or settings"
NETWORK = "the network: what it needs must come with view"
CHANCE = "chance: make a random.Random(seed) of its own with a seed from settings"
PROCESS = "other threads or processes: it computes, and nothing else"
PRINT = "the terminal or a log: write it into the signal's reason"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import time\ntime.sleep(1)", f"2: time.sleep asks for {CLOCK}"),
        ("from time import time as now\nnow()", f"2: time.time asks for {CLOCK}"),
        ("import datetime as dt\ndt.datetime.now()", f"2: datetime.datetime.now asks for {CLOCK}"),
        (
            "from datetime import datetime\ndatetime.utcnow()",
            f"2: datetime.datetime.utcnow asks for {CLOCK}",
        ),
        ("from datetime import date\ndate.today()", f"2: datetime.date.today asks for {CLOCK}"),
        ("import requests\nrequests.get('x')", f"2: requests.get asks for {NETWORK}"),
        ("import urllib.request\nurllib.request.urlopen('x')",
         f"2: urllib.request.urlopen asks for {NETWORK}"),
        ("open('x')", f"1: open asks for {FILES}"),
        ("import os\nos.environ['x']", f"2: os.environ asks for {FILES}"),
        ("from pathlib import Path\nPath('x').read_text()", f"2: read_text asks for {FILES}"),
        ("import random\nrandom.random()", f"2: random.random asks for {CHANCE}"),
        ("from random import Random\nRandom()", f"2: random.Random asks for {CHANCE}"),
        ("import numpy as np\nnp.random.rand(3)", f"2: numpy.random.rand asks for {CHANCE}"),
        ("import os\nos.urandom(3)", f"2: os.urandom asks for {CHANCE}"),
        ("import threading\nthreading.Thread()", f"2: threading.Thread asks for {PROCESS}"),
        ("import os\nos.system('x')", f"2: os.system asks for {PROCESS}"),
        ("hash('x')", "1: hash asks for hash or id, which differ in every process: "
         "take the value itself"),
        ("print('x')", f"1: print asks for {PRINT}"),
    ],
)  # fmt: skip
def test_a_line_that_touches_the_world_is_told(text: str, told: str) -> None:
    assert found(text) == [told]


@pytest.mark.parametrize(
    "text",
    [
        IDEA,
        "import time\nimport os",
        "from random import Random\nRandom(7)",
        "import numpy as np\nnp.random.default_rng(7).normal()",
        "from datetime import datetime\ndatetime.fromtimestamp(3)",
        "def open(path): ...\nopen('x')",
        "class Book:\n    def read(self, hash): return hash(1)",
        "id = 3\nid",
        "candle.time\nself.os.environ",
        "[1][0].real\n(1).real",
        "from . import levels\nlevels",
    ],
)
def test_what_only_looks_like_it_is_not_told(text: str) -> None:
    assert found(text) == []


SHARED = "belongs to the file: all symbols share it, make it in __init__"
OF_CLASS = "belongs to the class: all symbols share it, make it in __init__"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SEEN = []\ndef look():\n    SEEN.append(1)", [f"3: SEEN {SHARED}"]),
        ("SEEN: dict = {}\ndef look():\n    SEEN['a'] = 1", [f"3: SEEN {SHARED}"]),
        ("SEEN = dict()\ndef look():\n    del SEEN['a']", [f"3: SEEN {SHARED}"]),
        ("SEEN = []\ndef look():\n    global SEEN\n    SEEN += [1]", [
            "3: SEEN belongs to the file: all symbols share it, keep it in self",
            f"4: SEEN {SHARED}",
        ]),
        ("class A:\n    seen = []\n    def look(self):\n        self.seen.append(1)",
         [f"4: self.seen {OF_CLASS}"]),
        ("class A:\n    seen: list = []\n    def look(self):\n        A.seen.append(1)",
         [f"4: A.seen {OF_CLASS}"]),
        ("class A:\n    seen = []\n    def __init__(self):\n        self.seen = []\n"
         "    def look(self):\n        self.seen.append(1)", []),
        ("class A:\n    seen = []\n    def __init__(self):\n        self.seen: list = []\n"
         "    def look(self):\n        self.seen.append(1)", []),
        ("TABLE = {'a': 1}\nA: int = 3\nB: int\nx, y = 1, 2\n"
         "def look():\n    x = []\n    x.append(TABLE['a'])", []),
    ],
)  # fmt: skip
def test_what_all_symbols_would_share_is_told_where_it_is_changed(
    text: str, told: list[str]
) -> None:
    assert found(text) == told


def test_the_skeleton_is_pure(tmp_path: Path) -> None:
    skeleton = write_skeleton("my_trend", tmp_path)
    assert found(Path(skeleton.strategy).read_text()) == []
