"""Exports that are written by a job: what was asked for, how far it is, and the bytes.

The bytes lie in Postgres, since the node that writes and the web process that sends need not share a disk.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class ExportFileQuerySet(models.QuerySet["ExportFile"]):
    def for_user(self, user: object) -> "ExportFileQuerySet":
        return (
            self.filter(owner_id=user.pk)  # type: ignore[attr-defined]
            if getattr(user, "is_authenticated", False)
            else self.none()
        )


class ExportFile(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="export_files",
        db_index=False,
    )
    keyword_list = models.ForeignKey(
        "keywords.KeywordList", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.OneToOneField(
        "jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="export_file"
    )
    title = models.CharField(max_length=200, help_text="Of the list, as it was named then.")
    filename = models.CharField(max_length=200)
    shape = models.CharField(max_length=20)
    written_as = models.CharField(max_length=20)
    columns = models.JSONField(default=list)
    # The part of the list page's address after the question mark.
    query = models.CharField(max_length=2000, blank=True)
    keywords_total = models.PositiveIntegerField(default=0)
    keywords_done = models.PositiveIntegerField(default=0)
    # Keywords up to here are written.
    after = models.BigIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    objects = ExportFileQuerySet.as_manager()

    class Meta:
        indexes = [
            # the exports page: an owner's files, newest first
            models.Index(fields=["owner", "-id"], name="keywords_export_of_owner"),
            # deleting what has expired
            models.Index(fields=["expires_at"], name="keywords_export_expiry"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_ready(self) -> bool:
        return self.finished_at is not None and not self.problem and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class ExportPart(models.Model):
    """A piece of a file; all of them in order are the file."""

    export = models.ForeignKey(
        ExportFile, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="keywords_export_part_once"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of export {self.export_id}"
