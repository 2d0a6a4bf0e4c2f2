from django.apps import AppConfig


class KeywordsConfig(AppConfig):
    name = "keywords"
    verbose_name = "Keywords"
    default_auto_field = "django.db.models.BigAutoField"
    # See jobs.groups.
    is_operated = True
    configure_permissions = ("add_source", "change_source")
