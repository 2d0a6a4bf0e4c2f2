"""What is done to drafts: make, read differently, correct, start, prune."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from keywords.drafts.checks import Check, unpack_check, unpack_import
from keywords.drafts.options import DraftOptions
from keywords.drafts.reading import pack_body, read_draft
from keywords.drafts.records import Draft
from keywords.lists import UnableToStart, start_list
from keywords.models import KeywordList
from keywords.tracked import OnDuplicate
from keywords.uploads.types import Flaw

# Rows of the file that can be corrected at once, and drafts that one account may have lying about.
MOST_CORRECTIONS = 5000
MOST_DRAFTS = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent. `how` is "file" or "paste"."""

    how: str
    filename: str
    body: bytes


def make_draft(owner: User, upload: Upload, options: DraftOptions) -> Draft:
    """Raises UploadError where nothing of it can be read; nothing is kept then."""
    draft = Draft(owner=owner, options=options.write())
    put_upload(draft, upload)
    read_draft(draft)
    with transaction.atomic():
        draft.save()
        drop_oldest(owner)
    return draft


def change_input(draft: Draft, upload: Upload | None, options: DraftOptions) -> None:
    """Back on the first page: other options, or another file. Raises UploadError."""
    if upload is not None:
        put_upload(draft, upload)
    draft.options = options.write()
    read_draft(draft)
    draft.save()


def put_upload(draft: Draft, upload: Upload) -> None:
    draft.how, draft.filename = upload.how, upload.filename[:300]
    draft.body = pack_body(upload.body)
    draft.reading, draft.corrections = {}, {}


def drop_oldest(owner: User) -> None:
    kept = Draft.objects.filter(owner=owner).order_by("-pk").values("pk")[:MOST_DRAFTS]
    Draft.objects.filter(owner=owner).exclude(pk__in=kept).delete()


def read_differently(draft: Draft, reading: Mapping[str, Any]) -> None:
    """Corrections belong to rows as they were read: they go. Raises UploadError."""
    draft.reading, draft.corrections = dict(reading), {}
    read_draft(draft)
    draft.save(update_fields=["reading", "corrections", "checked"])


def assign_roles(draft: Draft, roles: Mapping[int, str]) -> None:
    """Raises UploadError."""
    draft.reading = {**draft.reading, "roles": {str(place): role for place, role in roles.items()}}
    read_draft(draft)
    draft.save(update_fields=["reading", "checked"])


def correct_cells(draft: Draft, check: Check, cells: Mapping[tuple[int, int], str]) -> int:
    """Takes (row, column) -> text where it differs; returns how many rows were changed. Raises
    UploadError."""
    corrections = {row: dict(places) for row, places in draft.corrections.items()}
    for (row, place), text in cells.items():
        flaw = check.by_row.get(row)
        if flaw is None or flaw.flaw is not Flaw.PROBLEM or place >= len(check.columns):
            continue
        known = check.cells[row - 1]
        if text != (known[place] if place < len(known) else ""):
            corrections.setdefault(str(row), {})[str(place)] = text
    if len(corrections) > MOST_CORRECTIONS:
        return 0
    changed = sum(
        int(cells_of_row != draft.corrections.get(row)) for row, cells_of_row in corrections.items()
    )
    if changed:
        draft.corrections = corrections
        read_draft(draft)
        draft.save(update_fields=["corrections", "checked"])
    return changed


def set_options(draft: Draft, **changes: Any) -> DraftOptions:
    options = replace(DraftOptions.read(draft.options), **changes)
    draft.options = options.write()
    draft.save(update_fields=["options"])
    return options


def count_started(check: Check, on_duplicate: OnDuplicate) -> int:
    """Rows that become keywords of the new list."""
    tracked = check.counts[Flaw.TRACKED] if on_duplicate == "add" else 0
    return check.counts["new"] + tracked


@transaction.atomic
def start_draft(draft: Draft, *, on_duplicate: OnDuplicate, hold: bool = False) -> KeywordList:
    """Once, however often it is asked for; later calls give the list of the first. Raises UnableToStart."""
    locked = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("owner", "keyword_list")
        .get(pk=draft.pk)
    )
    if locked.keyword_list is not None:
        return locked.keyword_list
    options, check = DraftOptions.read(locked.options), unpack_check(locked.checked)
    refuse_doubtful(check, options, on_duplicate)
    sources = options.find_sources()
    if not sources:
        raise UnableToStart(_("The source that was chosen is switched off. Choose another."))
    keyword_list = start_list(
        owner=locked.owner,
        name=options.name,
        source=sources[0],
        more_sources=sources[1:],
        imported=unpack_import(check),
        country=options.country,
        language=options.language,
        device=options.device,
        tags=options.tags,
        priority=options.priority,
        start_at=options.start_time,
        start_key=f"draft:{locked.pk}",
        on_duplicate=on_duplicate,
        hold=hold or options.hold,
    )
    # The list keeps the report; the file itself is not needed any more.
    Draft.objects.filter(pk=locked.pk).update(keyword_list=keyword_list, body=b"", checked=b"")
    return keyword_list


def refuse_doubtful(check: Check, options: DraftOptions, on_duplicate: OnDuplicate) -> None:
    """Raises UnableToStart."""
    if check.counts[Flaw.OVER] and not options.take_first:
        raise UnableToStart(_("There are more rows than a list may have: say which to take."))
    is_rerun = on_duplicate == "rerun" and check.counts[Flaw.TRACKED]
    if not count_started(check, on_duplicate) and not is_rerun:
        raise UnableToStart(_("There is no row that could be started."))


def prune_drafts() -> int:
    """A chore: what nobody started in a day."""
    deleted, _by_model = Draft.objects.expired().delete()
    return deleted
