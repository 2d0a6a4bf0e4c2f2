"""`make bench-jobs`: the job engine in figures, beside a raw loop and its peers. See __main__."""
