"""Telling people and service managers what the bot is doing."""

from noctule.adapters.notify.systemd import SystemdNotifier

__all__ = ["SystemdNotifier"]
