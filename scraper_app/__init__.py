"""The Django project: settings from the environment, URLs, health pages, and everything that starts and stops."""
