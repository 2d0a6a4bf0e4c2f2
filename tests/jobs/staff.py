"""People of the operations pages: one for each group, and one who belongs to none."""

from django.contrib.auth.models import Group, User
from django.test import Client

from jobs.groups import CONFIGURERS, OPERATORS, VIEWERS

GROUPS = {"viewer": VIEWERS, "operator": OPERATORS, "configurer": CONFIGURERS}


def make_staff(name: str) -> User:
    """ "viewer", "operator", "configurer"; any other name is staff without a group."""
    user = User.objects.create_user(name, email=f"{name}@example.org", password="x", is_staff=True)
    if name in GROUPS:
        user.groups.add(Group.objects.get(name=GROUPS[name]))
    return user


def sign_in(name: str) -> Client:
    client = Client()
    client.force_login(make_staff(name))
    return client
