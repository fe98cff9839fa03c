"""`python -m precincts.synthetic --households N --seed S --out DIR`: write a made-up town as files."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from precincts.synthetic.writing import write_town


def main(arguments: list[str] | None = None) -> int:
    """Write the files and print what is in them as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m precincts.synthetic", description="Write a made-up town as files."
    )
    parser.add_argument("--households", type=int, default=3_400, help="doors with voters behind them")
    parser.add_argument("--precincts", type=int, default=None, help="by default one for each 2,400 voters")
    parser.add_argument("--seed", type=int, default=1, help="the same seed writes the same files")
    parser.add_argument("--out", type=Path, required=True, help="folder, made when it is not there")
    parser.add_argument("--later", action="store_true", help="write the files of some months later, too")
    parser.add_argument("--before-2022", action="store_true", help="the voter file's layout until 02/2022")
    given = parser.parse_args(arguments)
    started = time.monotonic()
    written = write_town(
        given.out,
        households=given.households,
        seed=given.seed,
        precincts=given.precincts,
        later=given.later,
        before_2022=given.before_2022,
    )
    json.dump({**written, "seconds": round(time.monotonic() - started, 2)}, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
