"""What systemd is told: ready, still alive, how things are, leaving."""

import os
import socket
from collections.abc import Mapping

from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["SystemdNotifier"]

_US_PER_MS = 1_000

_log = get_log(__name__)


class SystemdNotifier:
    """Sends the datagrams of sd_notify(3); outside systemd it says nothing to nobody.

    Telling is never worth failing for: what cannot be sent at once is logged and dropped, and a
    watchdog that missed too much will restart us, which is its purpose.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._watchdog_ms = _watchdog_ms(environment)

    def ready(self) -> None:
        """Tell that start-up, or a reload, is complete."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """Show this line in `systemctl status`."""
        self._send("STATUS=" + " ".join(text.split()))

    def reloading(self) -> None:
        """Tell that the configuration is being read again; ready() ends it."""
        self._send("RELOADING=1")

    def stopping(self) -> None:
        """Tell that the orderly shutdown has begun."""
        self._send("STOPPING=1")

    async def keep_alive(self, clock: Clock) -> None:
        """Stroke the watchdog twice per period until cancelled; return if nobody watches."""
        while self._watchdog_ms:
            self._send("WATCHDOG=1")
            await clock.sleep_ms(self._watchdog_ms // 2)

    def _send(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.sendto(message.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError as exc:
            _log.warning("systemd was not told", datagram=message, reason=str(exc))


def _address(path: str) -> str:
    """Return the socket's address; a leading @ stands for the abstract namespace."""
    return "\0" + path[1:] if path.startswith("@") else path


def _watchdog_ms(environment: Mapping[str, str]) -> int | None:
    """Return the watchdog's period, if one watches this very process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    period_us = environment.get("WATCHDOG_USEC", "")
    return int(period_us) // _US_PER_MS if period_us.isdecimal() else None
