"""`python -m tests.benchmarks [names]`: every benchmark of this folder, or the named ones."""

import subprocess
import sys
from pathlib import Path

HELPERS = {"__init__", "__main__", "server"}


def main(names: list[str]) -> int:
    known = sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in HELPERS)
    unknown = set(names) - set(known)
    if unknown:
        print(f"No benchmark is called {', '.join(sorted(unknown))}. Known: {', '.join(known)}.")
        return 2
    # Each in a process of its own, so that none inherits another's connections.
    codes = [
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode
        for name in names or known
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
