"""`python -m serp.practice`: the practice engine as a process of its own."""

import argparse
import signal
import sys
from pathlib import Path

from serp.practice.faults import NAMED_FAULTS, STATUS_FAULTS
from serp.practice.server import PracticeServer

ENDINGS = {signal.SIGINT, signal.SIGTERM}
FAULTS_HELP = "Known faults: " + ", ".join((*sorted(STATUS_FAULTS), *NAMED_FAULTS)) + "."


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m serp.practice",
        description="A made-up search engine on this machine, with switchable faults.",
        epilog=FAULTS_HELP,
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--faults", default="", metavar="429=0.05,captcha=0.02")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--log", type=Path, metavar="PATH", help="one JSON line for each request")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse_arguments(arguments)
    # Before the server's thread starts, which inherits it: only sigwait takes these.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        server = PracticeServer(
            options.host,
            options.port,
            options.faults,
            options.log,
            latency=options.latency_ms / 1000,
        )
        server.start()
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"Practice engine at {server.url} (everything it says is made up)\n")
    sys.stdout.flush()
    signal.sigwait(ENDINGS)
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
