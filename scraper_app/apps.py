from django.apps import AppConfig


class ScraperAppConfig(AppConfig):
    name = "scraper_app"
    verbose_name = "Athanor"
