"""What `benchmarks/bridge.py` measures, in a process of its own. The interface that is expected of it:

    compare(superuser_url, seconds, repeats) -> Sequence[(what, theirs, ours, ratio)]
        calls a second through their module and through ours, a pair a repeat, of each kind in `bridging.KEYS`

What it prints goes to standard error. `PEERS_PACKAGES`: a folder of packages that are there behind our own: psycopg.
"""

import contextlib
import importlib
import os
import sys
from typing import Any

from benchmarks.peers.speak import answer


def compare(**arguments: Any) -> Any:
    with contextlib.redirect_stdout(sys.stderr):  # Standard output is for answers.
        bridge: Any = importlib.import_module("benchmarks.bridge")  # Another's, and perhaps not there yet.
        return bridge.compare(**arguments)


def main() -> None:
    sys.path += filter(None, [os.environ.get("PEERS_PACKAGES")])
    answer({"compare": compare})


if __name__ == "__main__":
    main()
