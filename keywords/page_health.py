"""What was measured on each answer of a source, and the rolling figures made of it."""

from django.db import models
from django.db.models.functions import Now


class PageHealth(models.Model):
    """One answer, good or not. Kept for the newest answers of each source; null: not measured."""

    source = models.ForeignKey(
        "keywords.Source", on_delete=models.CASCADE, related_name="answers", db_index=False
    )
    # Not a reference: a list may be deleted without a look at this table.
    search_id = models.BigIntegerField(null=True, help_text="Empty for canaries and tests.")
    at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=20)
    parser_version = models.CharField(max_length=50, blank=True)
    organic = models.PositiveIntegerField(null=True)
    ads = models.PositiveIntegerField(null=True)
    links = models.PositiveIntegerField(null=True)
    size = models.PositiveIntegerField(null=True, help_text="Bytes of the page.")
    frame = models.BooleanField(null=True, help_text="It has the element that holds results.")
    echo = models.BooleanField(null=True, help_text="It repeats the keyword.")
    related = models.FloatField(null=True, help_text="Share of results with a word of the keyword.")
    # The addresses of the organic results; "" for none.
    fingerprint = models.CharField(max_length=16, blank=True)
    keyword_hash = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "page health"
        indexes = [
            # figures and the sources page: the newest answers of a source
            models.Index(fields=["source", "-id"], name="keywords_health_of_source"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%Y-%m-%d %H:%M:%S}"


class SourceFigures(models.Model):
    """The newest answers of a source that one version of its parser has read, beside those before.

    Shares are from 0 to 1. Null: nothing to compare with.
    """

    source = models.ForeignKey(
        "keywords.Source", on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    parser_version = models.CharField(max_length=50, blank=True)
    at = models.DateTimeField(db_default=Now())
    newest = models.BigIntegerField(default=0, help_text="The newest answer that is counted.")
    answers = models.PositiveIntegerField(default=0)
    empty_share = models.FloatField(null=True)
    changed_share = models.FloatField(null=True, help_text="Pages that were not understood.")
    degraded_share = models.FloatField(null=True)
    median_organic = models.FloatField(null=True)
    median_ads = models.FloatField(null=True)
    answers_before = models.PositiveIntegerField(default=0)
    empty_share_before = models.FloatField(null=True)
    median_organic_before = models.FloatField(null=True)
    alarms = models.JSONField(default=list, help_text="Sentences; empty: all is well.")
    alarm_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["source_id", "-newest"]
        verbose_name_plural = "source figures"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "parser_version"], name="keywords_figures_one_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parser_version} of source {self.source_id}"
