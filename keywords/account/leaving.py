"""Ending an account: it is shut at once, and a job removes what belongs to it, step by step."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import transaction

from jobs.batches import HOOK_QUEUE
from jobs.enqueue import NewJob, enqueue
from jobs.models import Queue
from keywords.deletion import delete_keywords, delete_list
from keywords.models import ApiToken, Keyword, KeywordList
from keywords.schedules import delete_schedule

KIND = "keywords.close_account"
STEP = 1000


class LastOperator(Exception):
    """Without this account nobody could operate the installation."""


@transaction.atomic
def close_account(user: User) -> None:
    """Nobody can use it from now on, and its address is free again. Raises LastOperator."""
    operators = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if user.is_superuser and set(operators.values_list("pk", flat=True)) == {user.pk}:
        raise LastOperator
    for session in UserSession.objects.filter(user=user):
        session.end()
    for keyword_list in KeywordList.objects.filter(owner=user):
        delete_schedule(keyword_list.pk)
    ApiToken.objects.filter(owner=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.is_active = user.is_staff = user.is_superuser = False
    user.username, user.email = f"closed-{user.pk}", ""
    user.set_unusable_password()
    user.save()
    Queue.objects.get_or_create(name=HOOK_QUEUE)
    enqueue(NewJob(kind=KIND, queue=HOOK_QUEUE, owner=user.pk, args={"user": user.pk}, priority=1))


@transaction.atomic
def advance(pk: int) -> bool:
    """One step; whether nothing is left. Raises User.DoesNotExist where it is gone already."""
    user = User.objects.select_for_update().get(pk=pk, is_active=False)
    keywords = Keyword.objects.filter(keyword_list__owner=user).order_by("pk")
    ids = list(keywords.values_list("pk", flat=True)[:STEP])
    if ids:
        delete_keywords(Keyword.objects.filter(pk__in=ids), by=user)
        return False
    for keyword_list in KeywordList.objects.filter(owner=user):
        delete_list(keyword_list, by=user)
    user.delete()
    return True
