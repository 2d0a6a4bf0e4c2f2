"""Reading stored pages again after a parser has changed: nothing is fetched, nothing is lost."""
