"""`/metrics` for Prometheus. Who may read it: this machine itself, and members of staff who
may look at jobs, by a bearer token or signed in."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import choose_encoder

from jobs.groups import may_view
from jobs.metrics import make_registry
from keywords.tokens import find_token

# Any of these says that somebody else asks through us.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not may_scrape(request):
        refusal = HttpResponse("A bearer token of staff is needed.\n", "text/plain", status=401)
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(make_registry()), content_type=content_type)


def may_scrape(request: HttpRequest) -> bool:
    authorization = request.headers.get("Authorization", "")
    if authorization:
        return is_token_of_staff(authorization)
    return is_from_this_machine(request) or may_view(request.user)


def is_from_this_machine(request: HttpRequest) -> bool:
    """Behind a proxy on this machine every request seems to be, so there it never counts."""
    if settings.SECURE_PROXY_SSL_HEADER or any(name in request.META for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_token_of_staff(authorization: str) -> bool:
    scheme, _, secret = authorization.partition(" ")
    token = find_token(secret.strip()) if scheme.lower() == "bearer" else None
    return token is not None and may_view(token.owner)
