"""An act on many keywords, how far it is, and what came of it. A table of keywords.models."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BulkActQuerySet(models.QuerySet["BulkAct"]):
    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> "BulkActQuerySet":
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()


class BulkAct(models.Model):
    class Act(models.TextChoices):
        RERUN = "rerun", _("Run again")
        CANCEL = "cancel", _("Cancel")
        REMOVE = "remove", _("Remove")
        TAG = "tag", _("Add tag")
        UNTAG = "untag", _("Remove tag")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bulk_acts"
    )
    keyword_list = models.ForeignKey(
        "keywords.KeywordList", on_delete=models.CASCADE, related_name="bulk_acts"
    )
    job = models.OneToOneField(
        "jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="bulk_act"
    )
    act = models.CharField(max_length=10, choices=Act.choices)
    tag = models.CharField(max_length=50, blank=True)
    # The filter whose keywords are meant, as the address has it.
    query = models.CharField(max_length=4000, blank=True)
    # Keywords that were meant when it was confirmed, looked at so far, and changed by it.
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Keywords up to here have been looked at.
    after = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BulkActQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.act} {self.total} keywords"
