"""Why a source was last closed, and how it comes back."""

from django.db import models


class Breaker(models.Model):
    """The story of a source's breaker. Whether it is closed, open or half-open stands in the source's
    queue, where every worker looks: see `keywords.breaking.state_of`.
    """

    source = models.OneToOneField(
        "keywords.Source", on_delete=models.CASCADE, primary_key=True, related_name="breaker"
    )
    # Counts openings: a probe tells by it whether the breaker has opened again meanwhile.
    openings = models.PositiveIntegerField(default=0)
    successes = models.PositiveSmallIntegerField(
        default=0, help_text="Good answers since it was half-open."
    )
    opened_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it is closed.")
    # What opened it last; kept when it has closed.
    refused_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=1000, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    calm = models.PositiveIntegerField(
        default=0, help_text="Good answers since the rate was last changed."
    )

    def __str__(self) -> str:
        return f"breaker of source {self.source_id}"
