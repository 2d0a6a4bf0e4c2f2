"""Requests of a source that count towards its budgets."""

from django.db import models


class Span(models.TextChoices):
    DAY = "day", "day"
    MONTH = "month", "month"


class SourceUsage(models.Model):
    """Requests of one day or month, by the calendar of the source's time zone."""

    source = models.ForeignKey(
        "keywords.Source", on_delete=models.CASCADE, related_name="usage", db_index=False
    )
    span = models.CharField(max_length=5, choices=Span.choices)
    begins_on = models.DateField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # besides: budgets.reserve looks the row up by it
            models.UniqueConstraint(
                fields=["source", "span", "begins_on"], name="keywords_usage_one_a_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} requests of the {self.span} from {self.begins_on}"
