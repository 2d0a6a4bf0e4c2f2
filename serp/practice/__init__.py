"""A made-up search engine with switchable faults, so that everything works without a network."""

from serp.practice.server import PracticeServer

__all__ = ["PracticeServer"]
