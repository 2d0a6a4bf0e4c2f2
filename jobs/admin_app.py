"""Django's admin with our index. In INSTALLED_APPS in place of django.contrib.admin."""

from django.contrib.admin.apps import AdminConfig


class OperationsAdminConfig(AdminConfig):
    default_site = "jobs.admin_site.OperationsSite"
