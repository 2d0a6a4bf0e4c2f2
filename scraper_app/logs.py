"""How log lines look: one shape for our own events (structlog) and for everybody else's (logging)."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import Processor

from jobs.log_context import add_facts

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    add_facts,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def build_logging(log_format: str, log_level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to stderr in one shape."""
    quiet = "INFO" if log_level == "DEBUG" else max(log_level, "WARNING", key=logging.getLevelName)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "shape": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *choose_renderers(log_format),
                ],
                "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder()],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "shape"}},
        "root": {"handlers": ["stderr"], "level": log_level},
        "loggers": {
            # django-structlog logs each request with its id: once is enough.
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "django_structlog": {"level": quiet},
            # A line for each move and attempt is for machines; people have the pages.
            "jobs.attempts": {"level": log_level if log_format == "json" else quiet},
            "jobs.moves": {"level": log_level if log_format == "json" else quiet},
            # Tells of every shift; and adds a handler of its own where it finds none.
            "django-q": {"handlers": ["stderr"], "level": quiet, "propagate": False},
        },
    }


def choose_renderers(log_format: str) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    # Plain tracebacks: a pretty one takes seconds, and a worker's main thread has better things to do.
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
