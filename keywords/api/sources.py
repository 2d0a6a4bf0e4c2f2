"""The search engines that are set up here."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from keywords.api.auth import reading
from keywords.api.schemas import SourceOut
from keywords.api.showing import show_source
from keywords.models import Source

router = Router(tags=["sources"])


@router.get("", response=list[SourceOut], auth=reading)
def list_sources(request: HttpRequest) -> Any:
    """Where keywords can be searched, and how each source is doing."""
    return [show_source(source) for source in Source.objects.filter(only_saved=False).select_related("queue")]
