"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scraper_app.settings")

application = get_wsgi_application()
# Now, before gunicorn forks, and not in each worker's first request.
get_resolver().url_patterns  # noqa: B018
