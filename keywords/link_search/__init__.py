"""Questions to the links of all results: where a text, a domain or so many slashes stand. Pages and API ask here.

A question (`question.py`) is put to the keywords of its scope (`scope.py`). The answer (`answering.py`) is exact, or
says how many of the newest keywords it was bounded to; its rows come page by page (`groups.py`).
"""
