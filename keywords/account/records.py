"""How somebody likes the pages. A table of keywords.models."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import models


class Preferences(models.Model):
    """No row is as good as a new one: everything as the browser has it."""

    class Theme(models.TextChoices):
        SYSTEM = "system"
        LIGHT = "light"
        DARK = "dark"

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable"
        COMPACT = "compact"

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.COMFORTABLE)
    # "" is the installation's zone, and the browser's language.
    time_zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10, blank=True)
    shortcuts = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.owner_id}"


def preferences_of(user: AbstractBaseUser | AnonymousUser | None) -> Preferences:
    """No query where the user came with a session: see keywords.account.backends."""
    try:
        found: Preferences = user.preferences  # type: ignore[union-attr]
    except (AttributeError, ObjectDoesNotExist):
        return Preferences(owner_id=getattr(user, "pk", None) or 0)
    return found
