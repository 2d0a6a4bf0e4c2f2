"""Lists, keywords, searches, results and sources: what users see. The HTTP API too."""
