"""One act on many keywords of a list: a selection, or exactly all that match a filter."""
