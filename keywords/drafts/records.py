"""What stands between an upload and its list. A table of keywords.models."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

KEPT_FOR = timedelta(hours=24)


class DraftQuerySet(models.QuerySet["Draft"]):
    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> "DraftQuerySet":
        """An expired draft is not there any more, whether it has been pruned or not."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(owner_id=user.pk, created_at__gt=timezone.now() - KEPT_FOR)

    def expired(self) -> "DraftQuerySet":
        return self.filter(created_at__lte=timezone.now() - KEPT_FOR)


class Draft(models.Model):
    """An upload as it came, how it is to be read and searched, and what the reading gave."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    how = models.CharField(max_length=10)  # "file" or "paste"
    filename = models.CharField(max_length=300, blank=True)
    body = models.BinaryField(help_text="Compressed.")
    # What the user says of it: see keywords.drafts.reading.
    reading = models.JSONField(default=dict)
    # The list's options: see keywords.drafts.options.
    options = models.JSONField(default=dict)
    # Row -> place of the cell -> what the user put there.
    corrections = models.JSONField(default=dict)
    # What came of it, so that neither another page nor Start has to read the file again.
    checked = models.BinaryField(default=b"", help_text="Compressed JSON.")
    keyword_list = models.ForeignKey(
        "keywords.KeywordList", null=True, on_delete=models.CASCADE, related_name="drafts"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [
            # pruning: the oldest ones
            models.Index(fields=["created_at"], name="keywords_draft_age"),
        ]

    def __str__(self) -> str:
        return self.filename or f"draft {self.pk}"
