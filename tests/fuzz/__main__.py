"""Reads mutated and hostile files and counts what goes wrong: `make fuzz SECONDS=60 SEED=0`, or so many of
each, `make fuzz SECONDS=0 PICKLES=10000 ARCHIVES=2000 ARRAYS=1000`.
"""

import argparse
import itertools
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from .campaign import Campaign, table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long, besides all else")
    parser.add_argument("--seed", type=int, default=0, help="what decides the mutations")
    for name in ("pickles", "archives", "arrays"):
        parser.add_argument(
            f"--{name}", type=int, default=0, help=f"mutated {name}, besides those of the seconds"
        )
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder), options.seed)
        campaign.read_hostile()
        campaign.read_hostile_files()
        families = {
            "pickles": campaign.read_next,
            "archives": lambda: campaign.read_next_file("archives"),
            "arrays": lambda: campaign.read_next_file("arrays"),
        }
        for name, read_next in families.items():
            for _ in range(getattr(options, name)):
                read_next()
        until = time.monotonic() + options.seconds
        for read_next in itertools.cycle(families.values()):
            if time.monotonic() >= until:
                break
            read_next()
        campaign.stop()
    print(table(campaign.counts))
    for problem in campaign.problems[:20]:
        print(problem)
    return int(bool(campaign.problems))


if __name__ == "__main__":
    sys.exit(main())
