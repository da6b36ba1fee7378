"""Hold each package to its coverage: every line and branch where money is decided, 90 % elsewhere.

Run as `python -m tests.coverage_bars REPORT`, with the report that `coverage json` wrote.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any

__all__ = ["main"]

PURE = (
    *("config", "decision", "domain", "indicators", "market", "orders"),
    *("performance", "positions", "reconcile", "risk", "strategies"),
)
PURE_FILES = ("engine/bus*.py", "engine/lifecycle.py")
BAR, PURE_BAR = 90, 100


def main(report: Path) -> int:
    """Print every package below its bar with the lines it misses; return 1 if there is one."""
    failures = shortfalls(json.loads(report.read_text())["files"])
    lines = failures or ["coverage: every package is at or above its bar"]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if failures else 0


def shortfalls(files: Mapping[str, Any]) -> list[str]:
    """List the packages below their bar, each with its files and what they miss."""
    packages = defaultdict[tuple[str, int], list[str]](list)
    for name in sorted(files):
        packages[_package_and_bar(name)].append(name)
    if not packages:
        return ["coverage: the report is empty, so nothing was measured"]
    return [
        "\n".join([f"{package}: {share:.1f} %, the bar is {bar} %", *_missing(files, names)])
        for (package, bar), names in sorted(packages.items())
        if (share := _share(files, names)) < bar
    ]


def _package_and_bar(name: str) -> tuple[str, int]:
    path = PurePath(name)
    inner = PurePath(*path.parts[path.parts.index("noctule") + 1 :])
    if inner.parts[0] in PURE or any(fnmatch(str(inner), pattern) for pattern in PURE_FILES):
        return str(path.parent), PURE_BAR
    return str(path.parent), BAR


def _share(files: Mapping[str, Any], names: list[str]) -> float:
    """Return the percentage of lines and branches that ran, over all the files together."""
    summaries = [files[name]["summary"] for name in names]
    total = sum(each["num_statements"] + each["num_branches"] for each in summaries)
    ran = sum(each["covered_lines"] + each["covered_branches"] for each in summaries)
    return 100 * ran / total if total else 100.0


def _missing(files: Mapping[str, Any], names: list[str]) -> list[str]:
    return [
        f"  {name}: {', '.join(missed)}"
        for name in names
        if (missed := [*map(str, files[name]["missing_lines"]), *_branches(files[name])])
    ]


def _branches(file: Mapping[str, Any]) -> list[str]:
    """Write the branches not taken, but for those whose end is a missing line anyway."""
    return [
        f"{start}->{'exit' if end < 0 else end}"
        for start, end in file["missing_branches"]
        if start not in file["missing_lines"] and end not in file["missing_lines"]
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
