"""Search engines in plain Python: build a request, fetch it, judge the answer, parse the page. No Django here."""

__version__ = "0.1.0"
