"""Google's results pages, 2013-2026: desktop with JavaScript, mobile, and without JavaScript."""

from serp.engines.google.engine import engine

__all__ = ["engine"]
