"""The HTTP API: /api/v1/, bearer tokens, JSON, problem details; documented at docs."""

from keywords.api import domains, exports, jobs, keywords, links, lists, queues, searches, sources
from keywords.api.auth import reading
from keywords.api.site import ProblemAPI
from keywords.api.throttling import PerToken

__all__ = ["REQUESTS_A_MINUTE", "api"]

REQUESTS_A_MINUTE = 3000  # for each token, in each web process

api = ProblemAPI(
    title="Athanor",
    version="1",
    description="Keywords in, search results pages out. Make a token on your account's page of tokens and send it "
    "as `Authorization: Bearer …`. [How to begin](/api).",
    urls_namespace="api",
    auth=reading,
    throttle=PerToken(REQUESTS_A_MINUTE),
)
api.add_router("/lists", lists.router)
api.add_router("/lists", exports.router)
api.add_router("/keywords", keywords.router)
api.add_router("/searches", searches.router)
api.add_router("/links", links.router)
api.add_router("/domains", domains.router)
api.add_router("/sources", sources.router)
api.add_router("/queues", queues.router)
api.add_router("/jobs", jobs.router)
