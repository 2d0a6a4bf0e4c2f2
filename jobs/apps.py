from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"
    # See jobs.groups.
    is_operated = True
    configure_permissions = (
        "configure_queue",
        "add_queue",
        "change_queue",
        "add_schedule",
        "change_schedule",
        "delete_schedule",
    )

    def ready(self) -> None:
        from jobs import batches  # noqa: PLC0415 - models are not there before
        from jobs.groups import grant_permissions  # noqa: PLC0415

        autodiscover_modules("handlers")
        batches.listen()
        post_migrate.connect(grant_permissions)
