"""The job engine in figures, beside a raw loop of two statements and beside its peers. Prints Markdown.

Everything on one durable Postgres of the benchmark's own, in rounds in which each contestant has its
turn; medians are shown. About twelve minutes; `--rounds 1 --only throughput` is a look of one.
"""

import argparse

from scripts.bench_jobs.server import ROOT, prepare_environment, run_server

FOLDER = ROOT / ".data" / "bench-jobs"
PARTS = ("throughput", "enqueue", "claim", "idle", "throttle")


def main() -> None:
    arguments = read_arguments()
    prepare_environment(FOLDER)
    with run_server(FOLDER) as server:
        import django

        django.setup()
        from scripts.bench_jobs.session import Session

        Session(server, arguments, FOLDER).run()


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=split, default=PARTS[:-1], help=f"of {', '.join(PARTS)}")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--workers", type=int, default=2, help="processes of our node")
    parser.add_argument("--threads", type=int, default=8, help="threads of each of them")
    parser.add_argument("--enqueue", type=int, default=100_000, help="jobs of the bulk enqueue")
    parser.add_argument(
        "--latencies", type=int, default=20, help="jobs sent to an idle node a round"
    )
    parser.add_argument("--idle", type=float, default=40, help="seconds to watch an idle node")
    parser.add_argument(
        "--finished", type=split_numbers, default=(10_000, 1_000_000), help="rows for the claim"
    )
    parser.add_argument("--periods", type=float, default=2, help="periods of each rate")
    return parser.parse_args()


def split(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def split_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


if __name__ == "__main__":
    main()
