"""Start noctule with `python -m noctule`."""

import sys

from noctule.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
