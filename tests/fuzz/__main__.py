"""Reads mutated and hostile pickles for a while and counts what goes wrong: `make fuzz SECONDS=60 SEED=0`."""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from .campaign import Campaign, table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long, besides the hostile cases")
    parser.add_argument("--seed", type=int, default=0, help="what decides the mutations")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder), options.seed)
        campaign.read_hostile()
        until = time.monotonic() + options.seconds
        while time.monotonic() < until:
            campaign.read_next()
        campaign.stop()
    print(table(campaign.counts))
    for problem in campaign.problems[:20]:
        print(problem)
    return int(bool(campaign.problems))


if __name__ == "__main__":
    sys.exit(main())
