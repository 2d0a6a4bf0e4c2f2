"""`/api`: how to begin with the API. The reference, made from the code, is at /api/v1/docs."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keywords.api import REQUESTS_A_MINUTE
from keywords.views.access import SignedInRequest, signed_in


@require_safe
@signed_in
def api_guide(request: SignedInRequest) -> HttpResponse:
    context = {
        "base": request.build_absolute_uri("/api/v1"),
        "requests_a_minute": REQUESTS_A_MINUTE,
        "max_keywords": settings.MAX_KEYWORDS,
    }
    return render(request, "keywords/api_guide.html", context)
