"""The first operator account: made by whoever can read the server's log, while there is none.

The token is derived from the secret key, so that every process knows it and none keeps it. It is worth
nothing any more once there is an operator.
"""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "athanor first operator"
LENGTH = 32
# Any number that nobody else locks in this database.
LOCK = 7_251_108_362


class TooLate(Exception):
    """There is an operator already."""


def make_token() -> str:
    return salted_hmac(SALT, "setup", algorithm="sha256").hexdigest()[:LENGTH]


def is_token(said: str) -> bool:
    return constant_time_compare(said, make_token())


def has_operator() -> bool:
    return get_user_model().objects.filter(is_superuser=True, is_active=True).exists()


@transaction.atomic
def make_first_operator(email: str, password: str) -> User:
    """Of two who ask at once one is too late. Raises TooLate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if has_operator():
        raise TooLate
    user: User = get_user_model().objects.create_superuser(email, email, password)
    EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=True)
    return user
