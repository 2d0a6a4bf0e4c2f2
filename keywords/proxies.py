"""Proxies that a source is asked through, and how each is doing."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class Proxy(models.Model):
    """An HTTP proxy of the operator's. Its address and password are sealed; `label` is host and port."""

    source = models.ForeignKey(
        "keywords.Source", on_delete=models.CASCADE, related_name="proxies", db_index=False
    )
    label = models.CharField(max_length=300)
    # Fernet token; see keywords.vault. Never shown.
    sealed = models.BinaryField(editable=False)
    enabled = models.BooleanField(default=True)
    ok = models.PositiveIntegerField(default=0, help_text="Answers that came through it.")
    refused = models.PositiveIntegerField(default=0, help_text="Refusals of the engine.")
    failed = models.PositiveIntegerField(default=0, help_text="It did not answer itself.")
    bad_in_a_row = models.PositiveIntegerField(default=0)
    resting_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it rests.")
    answered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "proxies"
        indexes = [
            # payloads: those of the sources whose jobs are loaded
            models.Index(fields=["source", "id"], name="keywords_proxy_of_source"),
        ]

    def __str__(self) -> str:
        return self.label

    def is_resting(self, now: datetime) -> bool:
        return self.resting_until is not None and self.resting_until > now

    @property
    def rests(self) -> bool:
        return self.is_resting(timezone.now())
