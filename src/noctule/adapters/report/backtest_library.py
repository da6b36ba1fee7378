"""The script that draws the charts: plotly.js, out of the package that we depend on anyway."""

from importlib.resources import files
from typing import Final

__all__ = ["PARTS", "our_script", "plotly_script"]

PARTS: Final = ("unpack", "paint", "candles", "market", "trades", "start")  # in this order


def plotly_script() -> str:
    """Read plotly.js, 4.8 MB, with its licence at the top."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")


def our_script() -> str:
    """Join what runs in the browser; `browser/` holds it in parts."""
    folder = files("noctule.adapters.report") / "browser"
    return "\n".join((folder / f"{part}.js").read_text("utf-8") for part in PARTS)
