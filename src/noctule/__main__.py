"""`python -m noctule`, for whoever has installed the package."""

import sys

from noctule.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
