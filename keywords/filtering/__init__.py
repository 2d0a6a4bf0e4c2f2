"""Which keywords of a list are meant: one object for the page, its counts, bulk acts, exports and the API."""

from keywords.filtering.list_filter import ListFilter
from keywords.filtering.terms import Problem, Term

__all__ = ["ListFilter", "Problem", "Term"]
