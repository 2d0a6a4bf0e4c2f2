"""How good the password was that came with a form: what is typed is told by htmx, this is for pages without scripts."""

from typing import Any

from django import template
from django.contrib.auth.models import User
from django.forms import BoundField
from django.template.context import RequestContext

from keywords.account.strength import judge

register = template.Library()


@register.inclusion_tag("parts/password_strength.html", takes_context=True)
def strength_of(context: RequestContext, field: BoundField) -> dict[str, Any]:
    """Nothing where nothing was sent, and where the field's errors say it already."""
    if not field.form.is_bound or field.errors:
        return {"strength": None}
    # Who resets a password is not signed in yet, and the form knows who it is.
    users = (getattr(holder, "user", None) for holder in (field.form, context.get("request")))
    known = next((user for user in users if isinstance(user, User)), None)
    owner = known or User(email=field.form.data.get("email", ""))
    return {"strength": judge(field.data or "", owner), "was_sent": True}
