from django.db import models


class Start(models.Model):
    """What a job's perform did, written by its save: one row for each attempt that was saved."""

    job_id = models.BigIntegerField()
    attempt = models.PositiveSmallIntegerField()
    started = models.FloatField()  # Unix seconds
    ended = models.FloatField()
    pid = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.job_id} {self.started}"
