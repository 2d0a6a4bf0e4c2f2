"""A Django app with the kinds of job that the benchmark runs."""
