"""How a page looks, in daylight and at night, and the pictures on it."""

from typing import Final

__all__ = ["PAPER", "STYLE"]

_DAY: Final = """
  --paper: #ffffff; --ink: #1c2430; --quiet: #66707d; --grid: #e9ecf0; --day: #b9c1cb;
  --later: rgba(120, 130, 145, .09); --now: #6d4aff;
  --up: #0b8f7c; --down: #cf3d3d; --plain: #3b6fc9; --faded: #8b94a0;
  --t0: #d98200; --t1: #3b6fc9; --t2: #8a4fc4; --t3: #5d7a2c; --t4: #b8376d; --t5: #00839b;"""
_NIGHT: Final = """
  --paper: #11151b; --ink: #e3e7ec; --quiet: #98a2af; --grid: #222932; --day: #46515e;
  --later: rgba(150, 160, 175, .10); --now: #a58fff;
  --up: #2cc4ac; --down: #ff6b66; --plain: #7aa7f5; --faded: #7c8794;
  --t0: #ffb347; --t1: #7aa7f5; --t2: #c39bf0; --t3: #a5c95f; --t4: #f082ae; --t5: #4fc7dd;"""
_WORDS: Final = """
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 14px 18px 40px; background: var(--paper);
  color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 19px; margin: 0 0 2px; }
h2 { font-size: 15px; margin: 22px 0 6px; }
p { margin: 2px 0 8px; max-width: 110ch; }
.quiet { color: var(--quiet); }
.up { --tone: var(--up); } .down { --tone: var(--down); } .plain { --tone: var(--plain); }
.faded { --tone: var(--faded); } .out { --tone: var(--ink); }
.t0 { --tone: var(--t0); } .t1 { --tone: var(--t1); } .t2 { --tone: var(--t2); }
.t3 { --tone: var(--t3); } .t4 { --tone: var(--t4); } .t5 { --tone: var(--t5); }
ul.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 8px 0; padding: 0;
  list-style: none; font-size: 12.5px; color: var(--quiet); }
ul.legend i { display: inline-block; width: 18px; height: 10px; margin-right: 6px;
  background: var(--tone); }
ul.legend i.thin { height: 2px; vertical-align: 4px; }
ul.legend i.soft { opacity: .35; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
th { text-align: left; font-weight: 600; color: var(--quiet); }
th, td { padding: 3px 14px 3px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
td { font-variant-numeric: tabular-nums; }
td:not(:last-child) { white-space: nowrap; }
"""
_PICTURES: Final = """
svg { display: block; width: 100%; height: auto; font-size: 10.5px; }
svg text { fill: var(--ink); font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
svg .axis { fill: var(--quiet); font-size: 11px; }
.grid { stroke: var(--grid); stroke-width: 1; }
.grid.day { stroke: var(--day); }
.later { fill: var(--later); }
line.now { stroke: var(--now); stroke-dasharray: 3 3; stroke-width: 1.2; }
text.now { fill: var(--now); font-size: 11px; font-weight: 600; }
.candles line { stroke: var(--tone); stroke-width: 1; }
.candles rect { fill: var(--tone); }
.volume rect { fill: var(--tone); opacity: .45; }
.box { fill: var(--tone); fill-opacity: .17; stroke: var(--tone); stroke-opacity: .55;
  stroke-width: .8; }
.box.faded { fill-opacity: .08; stroke-opacity: .4; stroke-dasharray: 3 3; }
.level { stroke: var(--tone); stroke-width: 1.3; stroke-dasharray: 7 3; }
.faded .level { stroke-width: 1; stroke-dasharray: 2 3; }
.wide { stroke: transparent; stroke-width: 9; }
.pin { fill: var(--tone); }
.trail polyline { fill: none; stroke: var(--tone); stroke-width: 1.5; stroke-linejoin: round; }
.arrow { fill: var(--tone); stroke: var(--paper); stroke-width: 1; }
.stop { --tone: var(--down); } .target { --tone: var(--up); }
line.stop, line.target { stroke: var(--tone); stroke-width: 1.6; stroke-dasharray: 4 3; }
svg text.label { fill: var(--tone); paint-order: stroke; stroke: var(--paper);
  stroke-width: 3px; stroke-linejoin: round; pointer-events: none; }
svg text.call { font-weight: 700; font-size: 11px; }
"""

PAPER: Final = (
    f":root {{ color-scheme: light dark;{_DAY} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{{_NIGHT} }} }}\n"
    f":root.printed {{ color-scheme: light;{_DAY} }}"  # on paper it is always day
    f"{_WORDS}"
)
STYLE: Final = f"{PAPER}{_PICTURES}"
