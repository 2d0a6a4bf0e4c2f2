"""The secret of an account's webhooks, encrypted at rest."""

from keywords.notifications.records import NotificationSettings
from keywords.notifications.webhooks import make_secret
from keywords.vault import Unreadable, seal, unseal


def read_secret(account: NotificationSettings) -> str:
    """ "" where there is none, or none that can be read any more."""
    try:
        return unseal(account.webhook_secret).get("secret", "")
    except Unreadable:
        return ""


def renew_secret(account: NotificationSettings) -> str:
    """The caller saves the account."""
    secret = make_secret()
    account.webhook_secret = seal({"secret": secret})
    return secret
