"""Single questions to a source that belong to no list: tests that somebody asked for, and canaries."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SourceCheck(models.Model):
    """One keyword asked of a source, and what came back."""

    class Purpose(models.TextChoices):
        TEST = "test", _("Test")
        CANARY = "canary", _("Canary")

    source = models.ForeignKey(
        "keywords.Source", on_delete=models.CASCADE, related_name="checks", db_index=False
    )
    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    keyword = models.CharField(max_length=255)
    asked_by = models.CharField(max_length=200, blank=True)
    owner = models.BigIntegerField(default=0, help_text="The user who asked; 0: nobody.")
    # Not a reference: jobs are pruned.
    job_id = models.BigIntegerField(null=True, unique=True, help_text="Empty: asked directly.")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=1000, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    proxy = models.CharField(max_length=300, blank=True)
    final_url = models.TextField(blank=True)
    # Numbers of the page by name, and the first of its results and ads.
    figures = models.JSONField(default=dict, blank=True)
    organic = models.JSONField(default=list, blank=True)
    ads = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # the sources page: a source's newest checks
            models.Index(fields=["source", "-id"], name="keywords_check_of_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.keyword}"
