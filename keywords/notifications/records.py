"""Who wants to be told what, and what was told. Tables of keywords.models."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class When(models.TextChoices):
    NEVER = "never", _("Never")
    REFUSED = "refused", _("Only when most of it was refused")
    FINISHED = "finished", _("Whenever it has finished")


class NotificationSettings(models.Model):
    """What an account wants to be told of its lists. No row is as good as a new one: nothing."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_settings"
    )
    mail_when = models.CharField(max_length=10, choices=When.choices, default=When.NEVER)
    webhook_when = models.CharField(max_length=10, choices=When.choices, default=When.NEVER)
    webhook_url = models.URLField(blank=True, max_length=500)
    # Fernet token; see keywords.vault. Receivers check signatures with what is in it.
    webhook_secret = models.BinaryField(default=b"", blank=True, editable=False)
    refused_percent = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    def __str__(self) -> str:
        return f"notifications of {self.owner_id}"


class ListNotifications(models.Model):
    """Where one list differs; "" is as the account has it."""

    keyword_list = models.OneToOneField(
        "keywords.KeywordList", on_delete=models.CASCADE, related_name="notification_settings"
    )
    mail_when = models.CharField(max_length=10, choices=When.choices, blank=True)
    webhook_when = models.CharField(max_length=10, choices=When.choices, blank=True)
    webhook_url = models.URLField(blank=True, max_length=500)

    def __str__(self) -> str:
        return f"notifications of list {self.keyword_list_id}"


class Notification(models.Model):
    """One message about one run of one list. The constraint is why nobody is told twice."""

    class Channel(models.TextChoices):
        MAIL = "mail", "Mail"
        WEBHOOK = "webhook", "Webhook"

    # What a receiver tells repetitions by: a webhook that got no answer is sent again.
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    # None for a test, which is about no list.
    keyword_list = models.ForeignKey(
        "keywords.KeywordList", null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    # A batch may be pruned; what was told stays.
    batch = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    target = models.CharField(max_length=500, help_text="A mail address or a URL.")
    event = models.CharField(max_length=20)  # "finished", "refused" or "test"
    facts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "keyword_list", "channel"], name="keywords_notification_once_a_run"
            ),
        ]
        indexes = [
            # the notifications page: an account's latest
            models.Index(fields=["owner", "-id"], name="keywords_notification_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.channel}"
