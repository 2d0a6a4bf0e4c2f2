"""The product's settings, in a data folder of the benchmark's own, with its kinds of job."""

from scraper_app.environment import Environment

# Nobody's .env has a say in a measurement.
Environment.model_config["env_file"] = None

from scraper_app.settings import *  # noqa: E402, F403
from scraper_app.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "scripts.bench_jobs.workload"]
