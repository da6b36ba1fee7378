"""How a backtest's page looks beside every other page of ours: tiles, tables, filters."""

from typing import Final

from noctule.adapters.report.style import PAPER

__all__ = ["REPORT_STYLE"]

_REPORT: Final = """
html { scroll-padding-top: 46px; scroll-behavior: smooth; }
h1 { font-size: 22px; }
h2 { font-size: 17px; margin: 34px 0 6px; padding-top: 12px; border-top: 1px solid var(--grid); }
h3 { font-size: 14px; margin: 14px 0 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
nav { position: sticky; top: 0; z-index: 5; background: var(--paper); margin: 0 -18px;
  padding: 8px 18px; border-bottom: 1px solid var(--grid); display: flex; gap: 4px 18px;
  overflow-x: auto; white-space: nowrap; font-size: 13px; scrollbar-width: none; }
a { color: var(--plain); text-underline-offset: 3px; }
nav a { text-decoration: none; } nav a:hover, nav a:focus-visible { text-decoration: underline; }
code { font: 12.5px ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
#trouble { border-left: 4px solid var(--down); padding: 8px 12px; }
.doubts { list-style: none; margin: 6px 0; padding: 0; }
.doubts li { border-left: 4px solid var(--tone); padding: 5px 12px; margin: 5px 0;
  background: color-mix(in srgb, var(--tone) 9%, transparent); max-width: 110ch; }
.doubts b { color: var(--tone); margin-right: 8px; }
.grave { --tone: var(--down); } .serious { --tone: var(--t0); } .mild { --tone: var(--plain); }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px;
  margin: 12px 0 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--grid); border-radius: 6px; padding: 9px 12px; }
.tiles span, .tiles small { display: block; color: var(--quiet); font-size: 12.5px; }
.tiles b { display: block; font-size: 19px; font-variant-numeric: tabular-nums;
  color: var(--tone, var(--ink)); white-space: nowrap; }
ul.legend b { color: var(--tone); margin-right: 6px; }
.table + .table, .table + ul + .table { margin-top: 12px; }
figure { margin: 6px 0 0; min-width: 0; break-inside: avoid; }
figcaption { font-size: 12.5px; color: var(--quiet); max-width: 110ch; }
.chart { height: 300px; } .chart.tall { height: 430px; } #market { height: 520px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr));
  gap: 6px 26px; }
.controls { display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; margin: 8px 0; }
.controls label { font-size: 12.5px; color: var(--quiet); display: flex; gap: 6px;
  align-items: center; }
button, select, input { font: inherit; font-size: 13px; color: var(--ink);
  background: var(--paper); border: 1px solid var(--day); border-radius: 5px; padding: 3px 9px; }
button { cursor: pointer; } button:hover:enabled { border-color: var(--plain); }
button:disabled { opacity: .45; cursor: default; }
:focus-visible { outline: 2px solid var(--now); outline-offset: 1px; }
th[scope=row] { color: var(--ink); font-weight: 500; white-space: nowrap; }
.number { text-align: right; }
td.up, td.down { color: var(--tone); }
td.heat { color: var(--ink); border: 2px solid var(--paper); padding: 4px 8px; min-width: 58px;
  background: color-mix(in srgb, var(--tone) var(--heat), transparent); }
tr.group th { padding-top: 10px; color: var(--quiet); font-size: 12px; font-weight: 600; }
tbody.total th, tbody.total td { border-top: 2px solid var(--day); font-weight: 600; }
.measures td:nth-child(3) { color: var(--quiet); } .measures td { white-space: nowrap; }
.measures td:last-child { white-space: normal; min-width: 40ch; }
#trade-table th { padding: 0 10px 2px 0; }
#trade-table th button { border: 0; padding: 3px 0; color: inherit; font-weight: 600;
  white-space: nowrap; }
#trade-table th[aria-sort=ascending] button::after { content: " ▲"; font-size: 9px; }
#trade-table th[aria-sort=descending] button::after { content: " ▼"; font-size: 9px; }
#trade-table td { padding-right: 12px; white-space: nowrap; }
#trade-table td.words { white-space: normal; min-width: 34ch; max-width: 60ch;
  overflow-wrap: anywhere; }
@media (max-width: 700px) {
  body { padding: 10px 12px 30px; } nav { margin: 0 -12px; padding: 8px 12px; }
  .tiles { grid-template-columns: repeat(2, 1fr); } .tiles b { font-size: 16px; }
  #market { height: 400px; } .chart.tall { height: 360px; } .chart { height: 260px; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11px; } nav, .controls { display: none; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } .table { overflow: visible; }
  #trade-table { font-size: 6.5px; } #trade-table td.words { min-width: 0; }
  #trade-table td, #trade-table th { padding-right: 4px; } .pair { grid-template-columns: 1fr; }
  #market { break-inside: avoid; }
  * { print-color-adjust: exact; }
}
"""

REPORT_STYLE: Final = f"{PAPER}{_REPORT}"
