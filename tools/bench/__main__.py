"""`make bench [ONLY=name]`: one JSON line per figure, {"name", "value", "unit", "detail"}.

Each benchmark runs on a stack of its own, with the load beside it on the same machine: read the figures as this
machine's, and compare only those of one run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator

from tools.bench.bridge import measure as measure_bridge
from tools.bench.figure import Figure
from tools.bench.live import measure as measure_live
from tools.bench.pages import measure as measure_pages
from tools.bench.spine import measure as measure_spine
from tools.bench.switch import measure as measure_switch
from tools.bench.tick import measure as measure_tick

BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "spine": measure_spine,
    "tick": measure_tick,
    "switch_calls": measure_switch,
    "switch_answer": measure_bridge,
    "live": measure_live,
    "pages": measure_pages,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"one of {', '.join(BENCHMARKS)}, or the name of a figure")
    only: str = parser.parse_args().only
    chosen = [run for name, run in BENCHMARKS.items() if name.startswith(only) or only.startswith(name)]
    if not chosen:
        parser.error(f"nothing is called {only!r}; there are {', '.join(BENCHMARKS)}")
    for run in chosen:
        for figure in run():
            if figure.name.startswith(only):
                print(json.dumps(figure.as_line(), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
