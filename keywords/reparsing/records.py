"""What reading again leaves behind: the readings that were replaced, and the passes over the pages."""

from django.db import models
from django.db.models.functions import Now


class SearchReading(models.Model):
    """An earlier reading of a search's page. The search itself holds the current one."""

    search = models.ForeignKey(
        "keywords.Search", on_delete=models.CASCADE, related_name="readings", db_index=False
    )
    engine = models.CharField(max_length=50, blank=True)
    parser_version = models.CharField(max_length=50, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    ads_total = models.PositiveIntegerField(null=True, blank=True)
    organic_total = models.PositiveIntegerField(null=True, blank=True)
    links_total = models.PositiveIntegerField(null=True, blank=True)
    # The job that fetched the page, where the new reading no longer fits how it ended.
    job = models.BigIntegerField(null=True, blank=True)
    # All columns of the reading and its links: JSON, compressed. See reparsing.history.
    packed = models.BinaryField()
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # the keyword page: a search's earlier readings, newest first
            models.Index(fields=["search", "-id"], name="keywords_reading_of_search"),
        ]

    def __str__(self) -> str:
        return f"search {self.search_id} as {self.parser_version} read it"


class Reparse(models.Model):
    """One pass over stored pages, by an operator: first a look at what would change, then the writing."""

    class Stage(models.TextChoices):
        LOOKING = "looking", "Looking"
        LOOKED = "looked", "Looked through"
        WRITING = "writing", "Writing"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    # Which pages: see reparsing.selection.
    selection = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.LOOKING)
    also_worse = models.BooleanField(default=False)
    # What was seen, and what was written: see reparsing.tally.
    seen = models.JSONField(default=dict)
    written = models.JSONField(default=dict)
    look_batch = models.BigIntegerField(null=True, blank=True)
    write_batch = models.BigIntegerField(null=True, blank=True)
    created_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "reading again"
        verbose_name_plural = "readings again"

    def __str__(self) -> str:
        return f"reading {self.pk}"
