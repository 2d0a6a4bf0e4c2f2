"""A job queue in Postgres worked by django-q2. It knows nothing of keywords or search engines."""
