"""The one typed object that holds what the environment says. `docs/settings.md` explains every name."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent

PortNumber = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=1)]
# Comma-separated in the environment.
Names = Annotated[tuple[str, ...], NoDecode]

PHRASES = {
    "int_parsing": "must be a whole number, not {input!r}",
    "greater_than_equal": "must be at least {ge}, not {input}",
    "less_than_equal": "must be at most {le}, not {input}",
    "bool_parsing": "must be true or false, not {input!r}",
    "literal_error": "must be one of {expected}, not {input!r}",
    "too_short": "must have at least {min_length} characters",
    "value_error": "{error}",
}


class EnvironmentMistakes(Exception):
    """Every mistake found in the environment, one plain sentence each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Environment(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=BASE_DIR / ".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    # Where it is served
    port: PortNumber = 8000
    host: str = "127.0.0.1"
    allowed_hosts: Names = ()
    csrf_trusted_origins: Names = ()
    behind_proxy: bool = False
    https_only: bool = False
    site_url: str = ""
    web_workers: Count = 2
    web_threads: Count = 4

    # Where data lives
    data_dir: Path = Path(".data")
    database_url: SecretStr | None = None
    postgres_max_connections: Annotated[int, Field(ge=10, le=1000)] = 60
    postgres_durable: bool = True

    # The cluster
    workers: Count = 2
    threads: Count = 8
    drain_seconds: Count = 30
    practice_port: PortNumber = 8100

    # Accounts and limits
    secret_key: SecretStr | None = Field(default=None, min_length=32)
    signup: Literal["open", "invite", "closed"] = "open"
    max_keywords: Count = 1000
    max_upload_bytes: Annotated[int, Field(ge=1024)] = 10 * 1024 * 1024

    # Mail: to the console while there is no EMAIL_HOST
    email_host: str = ""
    email_port: PortNumber = 587
    email_user: str = ""
    email_password: SecretStr = SecretStr("")
    email_security: Literal["starttls", "tls", "none"] = "starttls"
    email_from: str = "Athanor <athanor@localhost>"

    webhooks_allow_private: bool = False

    # How it speaks
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    time_zone: str = "UTC"
    debug: bool = False

    @field_validator("allowed_hosts", "csrf_trusted_origins", mode="before")
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("csrf_trusted_origins")
    @classmethod
    def check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not origin.startswith(("http://", "https://")):
                raise ValueError(f"must begin with http:// or https://, which {origin!r} does not")
        return value

    @field_validator("site_url")
    @classmethod
    def check_site_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError(f"must begin with http:// or https://, which {value!r} does not")
        return value.rstrip("/")

    @field_validator("data_dir")
    @classmethod
    def make_absolute(cls, value: Path) -> Path:
        return (BASE_DIR / value.expanduser()).absolute()

    @field_validator("database_url")
    @classmethod
    def check_database_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value and urlsplit(value.get_secret_value()).scheme not in {"postgres", "postgresql"}:
            raise ValueError("must begin with postgresql://, no other database works here")
        return value

    @field_validator("time_zone")
    @classmethod
    def check_time_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"must be a time zone such as Europe/Berlin, which {value!r} is not")
        return value

    @model_validator(mode="after")
    def check_ports_differ(self) -> "Environment":
        if self.port == self.practice_port:
            raise ValueError(f"PORT and PRACTICE_PORT must differ, both are {self.port}")
        return self

    @property
    def public_url(self) -> str:
        """Where people reach the site, for links in mail; the first of `served_hosts` by default."""
        name = self.served_hosts[0]
        scheme = "https" if self.https_only else "http"
        port = f":{self.port}" if name in {"localhost", self.host} else ""
        return self.site_url or f"{scheme}://{name}{port}"

    @property
    def served_hosts(self) -> list[str]:
        """What Django's ALLOWED_HOSTS gets: this machine's own names are always among them."""
        here = ["localhost", "127.0.0.1", "[::1]"]
        if self.host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
            here.append(self.host)
        return list(dict.fromkeys([*self.allowed_hosts, *here]))


def read_environment() -> Environment:
    """Raises EnvironmentMistakes with every mistake at once."""
    try:
        return Environment()
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise EnvironmentMistakes([describe_mistake(each) for each in details]) from None


def describe_mistake(error: ErrorDetails) -> str:
    """One sentence; it never repeats the value of a secret."""
    name = "_".join(str(part) for part in error["loc"]).upper()
    return f"{name} {explain(error)}." if name else f"{explain(error)}."


def explain(error: ErrorDetails) -> str:
    phrase = PHRASES.get(error["type"])
    if phrase is None:
        return f"is not right: {error['msg']}"
    return phrase.format(input=error["input"], **error.get("ctx", {}))
