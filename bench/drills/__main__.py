"""``python -m bench.drills``: runs drills and prints a line each, and what ran and failed as JSON at the end."""

import argparse
import json
import sys
from collections.abc import Sequence

from bench.drills.run import DRILLS, run_drills
from tests.support import postgresql
from tests.support.databases import KINDS, Databases
from tests.support.run_directory import close_run, open_run


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what the command line names; returns 1 when something failed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.drills", description="Many clients against the shipped server."
    )
    parser.add_argument("drills", nargs="+", choices=list(DRILLS), metavar="DRILL", help=", ".join(DRILLS))
    parser.add_argument("--short", action="store_true", help="a few seconds each instead of minutes")
    parser.add_argument("--database", choices=KINDS, help="one database only (default: both)")
    parser.add_argument(
        "--storms", type=int, help="how often to repeat R1, with other bids each time (default: 20, short: 1)"
    )
    options = parser.parse_args(arguments)
    run = open_run()
    ran, failed = set[str](), set[str]()
    try:
        databases = Databases()
        for kind in KINDS if options.database is None else (options.database,):
            for result in run_drills(options.drills, kind, databases, is_short=options.short, storms=options.storms):
                print(result.line, flush=True)
                ran.add(result.name)
                failed |= {result.name} if result.problems else set()
        databases.close()
    finally:
        postgresql.stop_server()
        close_run(run)
    print(json.dumps({"ran": sorted(ran), "failed": sorted(failed)}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
