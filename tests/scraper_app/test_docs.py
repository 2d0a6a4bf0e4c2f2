"""The page about settings says what the code does."""

import re
from pathlib import Path

from pydantic import SecretStr

from scraper_app.environment import BASE_DIR, Environment

ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\| (.+) \|$", re.MULTILINE)


def read_documented() -> dict[str, str]:
    page = (BASE_DIR / "docs" / "settings.md").read_text()
    return {name: default or "" for name, default, _ in ROW.findall(page)}


def show(default: object) -> str:
    if default is None or default == ():
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return default.get_secret_value() if isinstance(default, SecretStr) else str(default)


def read_defaults() -> dict[str, str]:
    fields = Environment.model_fields.items()
    return {name.upper(): show(field.default) for name, field in fields}


class TestSettingsPage:
    def test_has_each_variable_with_its_default(self) -> None:
        assert read_documented() == read_defaults()

    def test_says_of_each_what_it_does(self) -> None:
        page = (BASE_DIR / "docs" / "settings.md").read_text()
        assert all(text.strip() for _, _, text in ROW.findall(page))


class TestExample:
    def test_names_only_variables_that_exist(self) -> None:
        lines = Path(BASE_DIR / ".env.example").read_text().splitlines()
        names = {match[1] for line in lines if (match := re.match(r"#?([A-Z_]+)=", line))}
        assert names <= set(read_defaults())
        assert names
