"""Saved pages that come from outside: opened, recognized, read, and kept as a list like any other."""
