"""What systemd is told: ready, still alive, how things are, leaving."""

import os
import socket
import time
from collections.abc import Mapping
from typing import Final

from noctule.telemetry.logs import get_log

__all__ = ["SystemdNotifier"]

_US_PER_MS: Final = 1_000
_STATUS_MAX: Final = 500  # characters; a datagram that is too long would be dropped whole

_log = get_log(__name__)


class SystemdNotifier:
    """Sends the datagrams of sd_notify(3); outside systemd it says nothing to nobody.

    Telling is never worth failing for: what cannot be sent at once is logged and dropped, and a
    watchdog that missed too much will restart us, which is its purpose.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self.watchdog_ms = _watchdog_ms(environment)  # None where nobody watches
        self._status = ""

    @property
    def is_heard(self) -> bool:
        """Tell whether a service manager started us, and listens."""
        return bool(self._address)

    def ready(self) -> None:
        """Tell that start-up, or a reload, is complete."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """Show this line in `systemctl status`; saying it again costs nothing."""
        line = " ".join(text.split())[:_STATUS_MAX]
        if line != self._status:
            self._status = line
            self._send("STATUS=" + line)

    def reloading(self) -> None:
        """Tell that the configuration is being read again; ready() ends it."""
        now_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000
        self._send(f"RELOADING=1\nMONOTONIC_USEC={now_us}")

    def stopping(self) -> None:
        """Tell that the orderly shutdown has begun."""
        self._send("STOPPING=1")

    def stroke(self) -> None:
        """Tell the watchdog that all is well; it wants to hear that once in `watchdog_ms`."""
        self._send("WATCHDOG=1")

    def extend(self, duration_ms: int) -> None:
        """Ask for so much time from now on, for a start that waits on purpose."""
        self._send(f"EXTEND_TIMEOUT_USEC={duration_ms * _US_PER_MS}")

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
    period_ms = int(period_us) // _US_PER_MS if period_us.isdecimal() else 0
    return period_ms or None
