"""`pressroom --help` against `python -c "import click"`, medians of the same run.

python bench/startup.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

LIMIT = 3.0


def seconds(command: list[str], runs: int) -> float:
    """The median wall time of a command."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Measure both, print the ratio, fail over the limit."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    click = seconds([sys.executable, "-c", "import click"], runs)
    ours = seconds([sys.executable, "-m", "pressroom", "--help"], runs)
    print(
        f"import click {click * 1000:.0f} ms, pressroom --help {ours * 1000:.0f} ms: {ours / click:.2f}x"
    )
    if ours > LIMIT * click:
        sys.exit(f"over {LIMIT}x")


if __name__ == "__main__":
    main()
