"""Tickets that a page of a list holds for its polls: a signed note that its owner was recognised a moment ago."""

from django.core.signing import BadSignature, TimestampSigner

TICKET_SECONDS = 30
TICKET = "ticket"  # in the address
TICKET_HEADER = "X-Poll-Ticket"  # of an answer that had to ask for the session: the next one

signer = TimestampSigner(salt="athanor.poll")


def issue_ticket(owner_id: int, list_id: int) -> str:
    return signer.sign(f"{owner_id}.{list_id}")


def read_ticket(ticket: str, list_id: int) -> int | None:
    """Whose it is; None for another list's, one that is too old, or a made-up one."""
    try:
        owner_id, _, of_list = signer.unsign(ticket, max_age=TICKET_SECONDS).partition(".")
    except BadSignature:
        return None
    return int(owner_id) if of_list == str(list_id) else None
