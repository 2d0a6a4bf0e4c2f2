"""The links at the top of every page of Operations: those that somebody may follow, and which page this is."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.urls import reverse

Anybody = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Place:
    """`order` places it among the others. `args` are those of the address."""

    order: int
    label: str
    name: str
    may_see: Callable[[Anybody], bool]
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    is_current: bool


_places: list[Place] = []


def register_place(place: Place) -> None:
    _places.append(place)


def register_table(order: int, label: str, model: str) -> None:
    """`model` is like "jobs.queue"."""
    app, _, name = model.partition(".")
    permission = f"{app}.view_{name}"
    page = f"admin:{app}_{name}_changelist"
    register_place(Place(order, label, page, lambda user: user.has_perm(permission)))


def register_app(order: int, label: str, app: str) -> None:
    """All tables of an app."""
    register_place(
        Place(order, label, "admin:app_list", lambda user: user.has_module_perms(app), (app,))
    )


def list_links(request: HttpRequest) -> list[Link]:
    """The most exact address that begins this page's is the current one."""
    seen = [place for place in _places if place.may_see(request.user)]
    urls = {place: reverse(place.name, args=place.args) for place in seen}
    here = max((url for url in urls.values() if request.path.startswith(url)), key=len, default="")
    return [
        Link(place.label, urls[place], urls[place] == here)
        for place in sorted(seen, key=lambda place: place.order)
    ]


register_place(Place(0, "Operations", "admin:index", lambda user: True))
register_table(10, "Queues", "jobs.queue")
register_table(30, "Jobs", "jobs.job")
register_table(40, "Batches", "jobs.batch")
register_table(50, "Schedules", "jobs.schedule")
register_table(60, "Workers", "jobs.worker")
register_table(70, "Nodes", "jobs.node")
register_table(80, "Who did what", "jobs.auditentry")
register_app(100, "Users", "auth")
