"""`python -m noctule`, for whoever has installed the package."""

import sys

from noctule.app.cli import main

sys.exit(main())
