"""Programs that run in the peers' own environment, one for each: nothing of ours is imported there.

Each takes what to do as its words: `install`, `fill COUNT SECONDS` (prints how long it took),
`work CONCURRENCY`, `latency COUNT` (enqueues a job at a time, and each writes how long it waited).
Environment: BENCH_URL, the server; BENCH_MARKS, the file that latencies go to.
"""
