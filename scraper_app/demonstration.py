"""What `make demo` puts into its own data folder: an account and a list that is being searched."""

from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from keywords.lists import start_list
from keywords.sources import PRACTICE, ensure_practice_source, set_source
from keywords.uploads import read_file
from scraper_app.data_folder import read_or_make_secret

EMAIL = "demo@example.org"
KEYWORDS = Path(__file__).with_name("demo_keywords.csv")
# Slow enough that a newcomer sees rows come in.
PACE = {"rate_limit": 60, "rate_period": 60.0}


def furnish(data_dir: Path) -> str:
    """Once for each data folder. Gives back the account's password, which nobody can guess."""
    password = read_or_make_secret(data_dir / "demo_password", bytes_of_chance=9)
    with transaction.atomic():
        user = make_account(password)
        ensure_practice_source()
        set_source(PRACTICE, by="demo", limits=PACE)
        start_sample_list(user)
    return password


def make_account(password: str) -> AbstractBaseUser:
    users = get_user_model().objects
    user = users.filter(username=EMAIL).first()
    if user is None:
        user = users.create_superuser(EMAIL, EMAIL, password)
        EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


def start_sample_list(user: AbstractBaseUser) -> None:
    data = KEYWORDS.read_bytes()
    start_list(
        owner=user,
        name="Sample keywords",
        source=ensure_practice_source(),
        imported=read_file(data, KEYWORDS.name, max_keywords=1000),
        start_key="demo",
    )
