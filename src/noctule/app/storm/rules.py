"""Every promise that a storm is watched for."""

from typing import Final

from noctule.app.storm.scene import Rule

__all__ = ["RULES"]

RULES: Final[tuple[type[Rule], ...]] = ()
