"""Checks the parsers against a folder of saved pages with known truth: `python -m serp.corpus`."""
