"""The sources to which imported pages belong: one for each engine, never asked."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from jobs import control
from jobs.models import Queue
from keywords.models import Source
from keywords.sources import find_base_url
from serp.engines.registry import ENGINE_MODULES, get_engine
from serp.types import EngineOptions

PREFIX = "saved-"
DETECT = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """How pages are to be read: by an engine, by a source with its settings, or as they turn out."""

    value: str
    label: str


def list_choices() -> list[Choice]:
    """Engines by their titles; sources whose engine reads only with the source's settings."""
    engines = sorted(
        (Choice(name, get_engine(name).title) for name in ENGINE_MODULES if name != "custom"),
        key=lambda choice: choice.label.lower(),
    )
    own = Source.objects.filter(engine="custom").order_by("name")
    return [
        Choice(DETECT, _("Find out for each page")),
        *engines,
        *(
            Choice(f"source:{source.pk}", _("As %(source)s reads") % {"source": source.name})
            for source in own
        ),
    ]


def find_chosen(value: str) -> Source | None:
    """The source that a choice names; None where it names an engine or nothing."""
    kind, _colon, pk = value.partition(":")
    if kind != "source" or not pk.isdecimal():
        return None
    return Source.objects.filter(pk=int(pk[:18]), engine="custom").first()


def options_of(source: Source | None) -> EngineOptions:
    if source is None:
        return EngineOptions()
    return EngineOptions(base_url=find_base_url(source), settings=source.settings)


@transaction.atomic
def hold_pages_of(engine: str) -> Source:
    """Made with the first page."""
    name = f"{PREFIX}{engine}".replace("_", "-")
    found = Source.objects.filter(name=name).first()
    if found is not None:
        return found
    queue = Queue.objects.filter(name=name).first() or control.create_queue(name)
    return Source.objects.get_or_create(
        name=name,
        defaults={"engine": engine, "queue": queue, "enabled": False, "only_saved": True},
    )[0]
