"""Domains whose rank a list follows: where they stand among the organic results, run by run."""
