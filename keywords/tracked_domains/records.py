"""A table of keywords.models."""

from django.db import models
from django.db.models.functions import Now


class TrackedDomain(models.Model):
    keyword_list = models.ForeignKey(
        "keywords.KeywordList",
        on_delete=models.CASCADE,
        related_name="tracked_domains",
        db_index=False,
    )
    domain = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["keyword_list", "domain"], name="keywords_domain_tracked_once"
            ),
        ]

    def __str__(self) -> str:
        return self.domain
