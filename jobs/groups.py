"""The three groups of operators: who may look, who may act, who may change limits.

They belong to the product: every migration gives them back what they should have. Whoever wants
something else makes a group of their own.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q

Anybody = User | AnonymousUser

VIEW = "jobs.view_job"
OPERATE = "jobs.operate_queue"
CONFIGURE = "jobs.configure_queue"

VIEWERS = "Operations: view"
OPERATORS = "Operations: operate"
CONFIGURERS = "Operations: configure"


def grant_permissions(app_config: AppConfig, using: str = "default", **_: Any) -> None:
    """After the migration of an app with `is_operated`: each group may what the one before may, and more."""
    if not getattr(app_config, "is_operated", False):
        return
    create_permissions(app_config, verbosity=0, using=using)
    own = Permission.objects.using(using).filter(content_type__app_label=app_config.label)
    view, operate = Q(codename__startswith="view_"), Q(codename="operate_queue")
    configure = Q(codename__in=getattr(app_config, "configure_permissions", ()))
    wanted = {VIEWERS: view, OPERATORS: view | operate, CONFIGURERS: view | operate | configure}
    for name, which in wanted.items():
        group, _created = Group.objects.using(using).get_or_create(name=name)
        group.permissions.add(*own.filter(which))


def may_view(user: Anybody) -> bool:
    return user.is_staff and user.has_perm(VIEW)


def may_operate(user: Anybody) -> bool:
    return user.is_staff and user.has_perm(OPERATE)


def may_configure(user: Anybody) -> bool:
    return user.is_staff and user.has_perm(CONFIGURE)
