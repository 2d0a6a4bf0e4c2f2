"""The product's settings in a data folder of the tests' own, where speed is worth more than durability.

Without DATABASE_URL the tests use an embedded server that all their processes share.
"""

import os

os.environ.setdefault("DATA_DIR", ".data/test")
os.environ.setdefault("POSTGRES_DURABLE", "false")
os.environ.setdefault("POSTGRES_MAX_CONNECTIONS", "200")
os.environ.setdefault("LOG_LEVEL", "WARNING")
# Playwright runs an event loop in the thread of the test, which Django takes for an asynchronous view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from scraper_app.environment import Environment

# Nobody's .env has a say in a test.
Environment.model_config["env_file"] = None

from scraper_app.settings import *  # noqa: E402, F403
from scraper_app.settings import DATABASES, INSTALLED_APPS  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Files as they lie in the source, so that nothing need be collected first.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# A name of this run's own: several runs may share the server.
DATABASES["default"]["TEST"] = {"NAME": f"test_athanor_{os.getpid()}"}

# Kinds of job for the tests of the queue.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.workload"]
