"""Start noctule from its checkout: `python main.py` is `python main.py run`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - who starts this by hand has not met our metadata
    sys.exit("noctule needs Python 3.11 or newer; this is " + sys.version.split()[0])

from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

if __name__ == "__main__":
    try:
        from noctule.app.cli import main

        sys.exit(main())
    except ModuleNotFoundError as missing:
        if str(missing.name).startswith("noctule"):
            raise
        sys.exit(str(missing) + ": install everything and start with `make run`")
    except KeyboardInterrupt:
        sys.exit(130)  # before the bot could take the signal for itself
