"""The bot of the footprint benchmark: the program itself, and at its end what it had loaded.

python -m benchmarks.footprint_bot FILE WORDS...
"""

import sys
from pathlib import Path

from noctule.app.cli import main

if __name__ == "__main__":
    told, *words = sys.argv[1:]
    code = main(words)
    Path(told).write_text("\n".join(sorted(sys.modules)))
    sys.exit(code)
