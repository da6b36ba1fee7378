"""The unit file under a real systemd: READY, STATUS, watchdog, restart, stop; run by hand, as root.

A systemd of its own runs as process 1 of new namespaces: what it mounts, starts and kills is seen
by nobody else. The checkout stands at /opt/noctule there, read-only, and the folders that the unit
writes to are empty. Usage: python -m tests.soak.service_manager
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "/usr/bin/python3.11"  # a home is hidden from the service, and what lies there with it
PACKAGES = "/opt/noctule/.venv/lib/python3.11/site-packages"
PATIENCE_S = 60

INNER = f"""
set -e
mount --make-rprivate /
mount -t cgroup2 none /sys/fs/cgroup
for hidden in /run /etc/systemd/system /opt /var/lib /var/log; do mount -t tmpfs none $hidden; done
mkdir -p /run/lock /opt/noctule
mount --bind {ROOT} /opt/noctule
mount -o remount,bind,ro /opt/noctule
for file in passwd group; do cp /etc/$file /run/$file; done
echo "noctule:x:993:993::/nonexistent:/usr/sbin/nologin" >> /run/passwd
echo "noctule:x:993:" >> /run/group
for file in passwd group; do mount --bind /run/$file /etc/$file; done
cp /opt/noctule/systemd/noctule.service /etc/systemd/system/
mkdir -p /etc/systemd/system/noctule.service.d
cat > /etc/systemd/system/noctule.service.d/trial.conf <<DROP
[Unit]
DefaultDependencies=no
[Service]
ExecStart=
ExecStart={PYTHON} /opt/noctule/main.py run
Environment=PYTHONPATH=/opt/noctule/src:{PACKAGES}
StandardError=append:/var/log/trial.err
WatchdogSec=6
RestartSec=1
DROP
printf '[Unit]\\nDescription=trial\\nDefaultDependencies=no\\n' > /etc/systemd/system/trial.target
export container=unshare
exec /usr/lib/systemd/systemd --system --unit=trial.target --log-target=console
"""


class Manager:
    """A systemd in namespaces of its own."""

    def __init__(self) -> None:
        command = ["unshare", "-m", "-C", "-p", "-f", "-i", "--mount-proc", "bash", "-c", INNER]
        self._outer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=sys.stderr)
        self._pid = 0
        wait_for("a child", lambda: bool(self._children()))
        self._pid = int(self._children()[0])
        wait_for("systemd", lambda: "trial.target" in self.run("systemctl", "list-units"))

    def run(self, *command: str) -> str:
        """Run a command beside it, and return what it says."""
        inside = ["nsenter", "-t", str(self._pid), "-m", "-p", "-C", *command]
        done = subprocess.run(inside, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def shown(self, *names: str) -> dict[str, str]:
        """Return properties of the service."""
        told = self.run("systemctl", "show", "noctule", *(f"--property={each}" for each in names))
        return dict(line.split("=", 1) for line in told.splitlines() if "=" in line)

    def one(self, name: str) -> str:
        """Return one property."""
        return self.shown(name).get(name, "")

    def override(self, text: str) -> None:
        """Let another drop-in hold from the next start on."""
        path = "/etc/systemd/system/noctule.service.d/z.conf"
        self.run("bash", "-c", f"printf '{text}' > {path}; systemctl daemon-reload")

    def end(self) -> None:
        """End it with all that it started."""
        os.kill(self._pid, signal.SIGKILL)  # the kernel ends everything else in its namespace
        self._outer.wait()

    def _children(self) -> list[str]:
        path = Path(f"/proc/{self._outer.pid}/task/{self._outer.pid}/children")
        return path.read_text().split()


def wait_for(what: str, is_so: Callable[[], bool], *, patience_s: float = PATIENCE_S) -> None:
    """Look until it is so."""
    until = time.perf_counter() + patience_s
    while not is_so():
        if time.perf_counter() > until:
            raise SystemExit(f"no {what} within {patience_s} s")
        time.sleep(0.2)


def say(what: str, **told: str) -> None:
    """Print what was seen."""
    print(f"{what:<44} " + "  ".join(f"{name}={text}" for name, text in told.items()), flush=True)  # noqa: T201  # a trial speaks


def main() -> None:
    """Take the service through its life."""
    if os.geteuid() or not all(map(shutil.which, ("unshare", "nsenter", "systemctl"))):
        raise SystemExit("needs root, util-linux and systemd")
    manager = Manager()
    try:
        try_it(manager)
    finally:
        manager.end()


def try_it(manager: Manager) -> None:
    """Start, watch, kill, restart, reload, stop, and fail in two ways."""
    manager.run("systemctl", "start", "noctule")
    say("started", **manager.shown("ActiveState", "SubState", "MainPID"))
    assert manager.one("ActiveState") == "active", manager.run("tail", "-n5", "/var/log/trial.err")
    wait_for("status", lambda: "running, healthy" in manager.one("StatusText"))
    say("READY and STATUS", **manager.shown("StatusText"))

    first = manager.one("MainPID")
    time.sleep(10)  # more than a watchdog's period
    assert manager.one("MainPID") == first, "it was restarted while it was well"
    say("watchdog content for 10 s of 6 s", **manager.shown("NRestarts", "StatusText"))

    manager.run("systemctl", "reload", "noctule")
    say("reloaded", **manager.shown("ActiveState", "SubState"))
    assert manager.one("ActiveState") == "active"

    manager.run("kill", "-STOP", first)
    wait_for("restart", lambda: manager.one("NRestarts") == "1" and is_up(manager))
    say("watchdog ended and restarted a stopped one", **manager.shown("NRestarts", "MainPID"))

    manager.run("kill", "-KILL", manager.one("MainPID"))
    wait_for("restart", lambda: manager.one("NRestarts") == "2" and is_up(manager))
    say("killed and restarted", **manager.shown("NRestarts", "StatusText"))

    began = time.perf_counter()
    manager.run("systemctl", "stop", "noctule")
    took = f"{time.perf_counter() - began:.1f} s"
    say("stopped", took=took, **manager.shown("ActiveState", "Result", "ExecMainStatus"))
    assert manager.one("Result") == "success"

    manager.override("[Service]\\nEnvironment=NOCTULE_RISK__RISK_PER_TRADE=9\\n")
    manager.run("systemctl", "start", "noctule")
    wait_for("refusal", lambda: manager.one("ActiveState") == "failed")
    say("exit 1 is not restarted", **manager.shown("ExecMainStatus", "NRestarts"))
    assert manager.one("ExecMainStatus") == "1"

    give_up(manager)
    wait_for_an_exchange(manager)


def give_up(manager: Manager) -> None:
    """Kill it again and again, until it ends itself; then start it by hand."""
    manager.override("")
    manager.run("systemctl", "start", "noctule")
    for _ in range(5):
        wait_for("start", lambda: is_up(manager))
        manager.run("kill", "-KILL", manager.one("MainPID"))
        time.sleep(0.5)
    wait_for("end", lambda: manager.one("ActiveState") == "failed")
    say("after five crashes it ends itself", **manager.shown("ExecMainStatus", "NRestarts"))
    assert manager.one("ExecMainStatus") == "1"
    manager.run("systemctl", "start", "noctule")
    say("started by hand it is let in", **manager.shown("ActiveState"))
    assert is_up(manager)
    manager.run("systemctl", "stop", "noctule")


def wait_for_an_exchange(manager: Manager) -> None:
    """Point it, with a key that nobody knows, to where nobody is."""
    nowhere = "http://127.0.0.1:9"
    manager.override(
        "[Service]\\nEnvironment=NOCTULE_API__ENVIRONMENT=testnet "
        f"NOCTULE_API__REST_URL={nowhere} NOCTULE_API__STREAM_URL=ws://127.0.0.1:9 "
        "BINANCE_API_KEY=trialtrial BINANCE_API_SECRET=trialtrial\\n"
    )
    manager.run("systemctl", "start", "--no-block", "noctule")
    wait_for("restart", lambda: manager.one("ExecMainStatus") == "75", patience_s=120)
    say("exit 75 is started again", **manager.shown("ExecMainStatus", "ActiveState"))
    wait_for("pause", lambda: "waiting" in manager.one("StatusText"))
    say("and waits first", **manager.shown("StatusText", "TimeoutStartUSec"))
    manager.run("systemctl", "stop", "noctule")
    say("stopped in its pause", **manager.shown("ActiveState", "Result"))


def is_up(manager: Manager) -> bool:
    """Tell whether it is ready again."""
    return manager.one("ActiveState") == "active"


if __name__ == "__main__":
    main()
