"""What a source may be set to; each mistake is told in one plain sentence."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug

from keywords.check_jobs import cron_of
from keywords.models import Source
from keywords.source_fetchers import read_limits
from keywords.source_place import find_base_url, read_budget
from keywords.verdict_policy import Tuning
from serp.engines.registry import ENGINE_MODULES, configure_engine
from serp.errors import BadQuery
from serp.types import EngineOptions

COUNTRY = re.compile(r"[a-z]{2}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class SourceMistake(Exception):
    """A source cannot be set so; str(e) is one plain sentence."""


def check_name(name: str) -> None:
    try:
        validate_slug(name)
    except ValidationError:
        raise SourceMistake(
            "A source's name has letters, digits, hyphens and underscores only."
        ) from None


def check_source(source: Source) -> None:
    """Raises SourceMistake."""
    if source.engine not in ENGINE_MODULES:
        raise SourceMistake(
            f"There is no engine named {source.engine}. Known: {', '.join(sorted(ENGINE_MODULES))}."
        )
    check_address(source)
    check_place(source)
    check_budgets(source)
    check_canary(source)
    check_settings(source)


def check_address(source: Source) -> None:
    if source.base_url:
        try:
            URLValidator(schemes=["http", "https"])(source.base_url)
        except ValidationError:
            raise SourceMistake(f"{source.base_url} is not a web address.") from None


def check_place(source: Source) -> None:
    source.country = source.country.lower()
    if source.country and not COUNTRY.fullmatch(source.country):
        raise SourceMistake(f"A country has two letters, such as de, not {source.country}.")
    if source.language and not LANGUAGE.fullmatch(source.language):
        raise SourceMistake(f"A language is a code such as de or pt-BR, not {source.language}.")


def check_budgets(source: Source) -> None:
    for span, budget in (("day", source.budget_day), ("month", source.budget_month)):
        if budget is not None and not 1 <= budget <= 2**31 - 1:
            raise SourceMistake(f"The budget of a {span} must be 1 or more, or empty for no limit.")


def check_canary(source: Source) -> None:
    source.canary_keyword = source.canary_keyword.strip()
    try:
        cron_of(source.canary_minutes)
    except ValidationError as mistake:
        raise SourceMistake(" ".join(mistake.messages)) from None


def check_settings(source: Source) -> None:
    if not isinstance(source.settings, dict):
        raise SourceMistake("The settings of a source are a JSON object.")
    options = EngineOptions(base_url=find_base_url(source), settings=source.settings)
    try:
        Tuning.read(source.settings)
        read_budget(source)
        read_limits(source.settings)
        configure_engine(source.engine, options)
    except (ValueError, BadQuery) as problem:
        raise SourceMistake(str(problem)) from None
