"""The HTTP API: /api/v1/, bearer tokens, JSON, problem details; documented at docs."""

from keywords.api import keywords, lists, searches, sources
from keywords.api.auth import reading
from keywords.api.site import ProblemAPI

__all__ = ["api"]

api = ProblemAPI(
    title="Athanor",
    version="1",
    description="Keywords in, search results pages out. Make a token with "
    "`manage.py create_token EMAIL --scope write` and send it as `Authorization: Bearer …`.",
    urls_namespace="api",
    auth=reading,
)
api.add_router("/lists", lists.router)
api.add_router("/keywords", keywords.router)
api.add_router("/searches", searches.router)
api.add_router("/sources", sources.router)
