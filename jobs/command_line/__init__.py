"""The parts of `manage.py jobs`, each with its own words."""
