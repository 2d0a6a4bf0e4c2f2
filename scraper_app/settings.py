"""Django's settings: one file, fed by `scraper_app.environment`. What each variable does stands in docs/settings.md."""

import sys
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from scraper_app.data_folder import (
    DataFolderUnusable,
    ensure_data_folder,
    read_or_make_secret_key,
)
from scraper_app.embedded_postgres import EmbeddedPostgres
from scraper_app.environment import BASE_DIR, Environment, EnvironmentMistakes, read_environment
from scraper_app.logs import build_logging, configure_structlog


def read_environment_or_leave() -> Environment:
    try:
        return read_environment()
    except EnvironmentMistakes as mistakes:
        for sentence in mistakes.sentences:
            print(sentence, file=sys.stderr)  # noqa: T201 - logging is not there yet
        raise SystemExit(2) from None


def find_secret_key(environment: Environment) -> str:
    if environment.secret_key:
        return environment.secret_key.get_secret_value()
    try:
        ensure_data_folder(environment.data_dir)
        return read_or_make_secret_key(environment.data_dir)
    except DataFolderUnusable as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - logging is not there yet
        raise SystemExit(2) from None


# A database machine that loses its power says nothing: libpq gives up after ten seconds of silence.
NOTICE_DEATH: dict[str, Any] = {
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "connect_timeout": 10,
}


def describe_database(environment: Environment) -> dict[str, Any]:
    """Persistent connections: every process, thread by thread, keeps the one it has."""
    if environment.database_url is None:
        return {
            "ENGINE": "scraper_app.embedded_backend",
            "NAME": EmbeddedPostgres.database,
            "USER": EmbeddedPostgres.user,
            "HOST": str(EMBEDDED_POSTGRES.socket_dir),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            # No pooler stands between: statements that ask for it may be prepared, and no others.
            "OPTIONS": {"prepare_threshold": 1_000_000},
        }
    url = environment.database_url.get_secret_value()
    parsed = dj_database_url.parse(url, conn_max_age=None, conn_health_checks=True)
    settings: dict[str, Any] = dict(parsed)
    return settings | {"OPTIONS": NOTICE_DEATH | settings.get("OPTIONS", {})}


ENVIRONMENT = read_environment_or_leave()
EMBEDDED_POSTGRES = EmbeddedPostgres(
    ENVIRONMENT.data_dir,
    max_connections=ENVIRONMENT.postgres_max_connections,
    durable=ENVIRONMENT.postgres_durable,
)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = find_secret_key(ENVIRONMENT)
ALLOWED_HOSTS = ENVIRONMENT.served_hosts
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.csrf_trusted_origins)
ROOT_URLCONF = "scraper_app.urls"
WSGI_APPLICATION = "scraper_app.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Ours come first: their templates and commands win over those of the libraries.
    "scraper_app",
    "keywords",
    "jobs",
    "jobs.admin_app.OperationsAdminConfig",  # django.contrib.admin with our front page
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_q",
    "django_htmx",
    "django_structlog",
    "csp",
    "lucide",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "keywords.views.quiet_polls.quiet_polls_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "keywords.account.last_seen.last_seen_middleware",
    "keywords.account.middleware.personal_middleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data

DATABASES = {"default": describe_database(ENVIRONMENT)}

CACHES = {
    # Shared by every web process: allauth counts failed sign-ins here.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Where django-q2 would write its state twice a second; ours is in jobs.Node.
    "cluster": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# The cluster. No job rides in django-q2's queues: a task of it is a shift of about a minute.
Q_CLUSTER = {
    "name": "athanor",
    "label": "Cluster",
    "broker_class": "jobs.broker.ShiftBroker",
    "cache": "cluster",
    "workers": ENVIRONMENT.workers,
    "queue_limit": ENVIRONMENT.workers,
    "timeout": 120,  # twice a shift: a worker that overstays is replaced
    "retry": 180,  # django-q2 wants it above the timeout
    "guard_cycle": 0.5,  # a sum of powers of two, or the hard timeout is never hit exactly
    "poll": 0.5,
    "save_limit": -1,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "time_zone": ENVIRONMENT.time_zone,
    "log_level": ENVIRONMENT.log_level,
}
WORKER_THREADS = ENVIRONMENT.threads
DRAIN_SECONDS = ENVIRONMENT.drain_seconds
PRACTICE_PORT = ENVIRONMENT.practice_port

MAX_KEYWORDS = ENVIRONMENT.max_keywords
MAX_UPLOAD_BYTES = ENVIRONMENT.max_upload_bytes
# Pasted lists come as a field of a form; a form costs a little more than the list in it.
DATA_UPLOAD_MAX_MEMORY_SIZE = ENVIRONMENT.max_upload_bytes + 1024 * 1024

# Words and time

LANGUAGE_CODE = "en"
# Those that have a catalogue in locale/; each is named as its speakers name it.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["scraper_app.formats"]

# Static files: hashed names, compressed once by `up`, served by whitenoise

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "scraper_app.static_storage.StaticStorage"},
}
# Nobody asks for the names without a hash.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = ENVIRONMENT.data_dir / "media"

# Accounts

AUTHENTICATION_BACKENDS = [
    "keywords.account.backends.NameBackend",
    "keywords.account.backends.EmailBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SIGNUP = ENVIRONMENT.signup
ACCOUNT_ADAPTER = "scraper_app.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_REDIRECT_URL = "/lists/new"
ACCOUNT_FORMS = {
    "add_email": "scraper_app.account_forms.AddEmailForm",
    "change_password": "scraper_app.account_forms.ChangePasswordForm",
    "login": "scraper_app.account_forms.SignInForm",
    "reauthenticate": "scraper_app.account_forms.ConfirmByPasswordForm",
    "reset_password": "scraper_app.account_forms.ResetPasswordForm",
    "reset_password_from_key": "scraper_app.account_forms.NewPasswordForm",
    "set_password": "scraper_app.account_forms.SetPasswordForm",
    "signup": "scraper_app.account_forms.SignUpForm",
}
ACCOUNT_USER_DISPLAY = "scraper_app.accounts.display_user"
# Without a mail server nobody could read the mail that a sign-up would wait for.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if ENVIRONMENT.email_host else "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENVIRONMENT.https_only else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.behind_proxy else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Athanor"
MFA_ADAPTER = "scraper_app.passkeys.PasskeyAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "activate_totp": "scraper_app.account_forms.ActivateAppForm",
    "authenticate": "scraper_app.account_forms.SecondStepForm",
    "reauthenticate": "scraper_app.account_forms.ConfirmByCodeForm",
    "add_webauthn": "scraper_app.passkeys.AddPasskeyForm",
    "edit_webauthn": "scraper_app.passkeys.RenamePasskeyForm",
    "authenticate_webauthn": "scraper_app.passkeys.SecondFactorForm",
    "login_webauthn": "scraper_app.passkeys.SignInForm",
    "reauthenticate_webauthn": "scraper_app.passkeys.ConfirmForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = not ENVIRONMENT.email_host

# What people are told of their lists
SITE_URL = ENVIRONMENT.public_url
WEBHOOKS_ALLOW_PRIVATE = ENVIRONMENT.webhooks_allow_private

# Mail

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if ENVIRONMENT.email_host
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = ENVIRONMENT.email_host
EMAIL_PORT = ENVIRONMENT.email_port
EMAIL_HOST_USER = ENVIRONMENT.email_user
EMAIL_HOST_PASSWORD = ENVIRONMENT.email_password.get_secret_value()
EMAIL_USE_TLS = ENVIRONMENT.email_security == "starttls"
EMAIL_USE_SSL = ENVIRONMENT.email_security == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
SERVER_EMAIL = ENVIRONMENT.email_from

# What browsers are told

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_proxy else None
SECURE_SSL_REDIRECT = ENVIRONMENT.https_only
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.https_only else 0
SESSION_COOKIE_SECURE = ENVIRONMENT.https_only
CSRF_COOKIE_SECURE = ENVIRONMENT.https_only
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Logs

configure_structlog()
LOGGING = build_logging(ENVIRONMENT.log_format, ENVIRONMENT.log_level)
