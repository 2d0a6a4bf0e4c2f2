from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.db.models.signals import post_delete, post_migrate


class KeywordsConfig(AppConfig):
    name = "keywords"
    verbose_name = "Keywords"
    default_auto_field = "django.db.models.BigAutoField"
    # See jobs.groups.
    is_operated = True
    configure_permissions = ("add_source", "change_source", "change_proxy", "delete_proxy")

    def ready(self) -> None:
        # Models are not there before.
        from keywords.account.last_seen import note_sign_in  # noqa: PLC0415
        from keywords.schedules import forget_with_list  # noqa: PLC0415

        post_migrate.connect(make_first_source, sender=self)
        user_logged_in.connect(note_sign_in)
        post_delete.connect(forget_with_list, sender="keywords.KeywordList")


def make_first_source(using: str, **options: Any) -> None:
    """A fresh installation can be tried out at once."""
    from keywords.models import Source  # noqa: PLC0415 - models are not there before
    from keywords.sources import ensure_practice_source  # noqa: PLC0415

    tables = set(connections[using].introspection.table_names())
    # Not there while a test goes back in the history of migrations.
    is_migrated = {"keywords_source", "jobs_queue", "jobs_auditentry"} <= tables
    if is_migrated and not Source.objects.using(using).exists():
        ensure_practice_source()
