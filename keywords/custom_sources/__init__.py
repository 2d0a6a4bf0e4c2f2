"""Declaring a search page of one's own, and trying the declaration out before it is saved."""
