"""How a new list comes in: a file with form fields, or JSON."""

from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from ninja.errors import ValidationError
from pydantic import BaseModel
from pydantic import ValidationError as PydanticError

from keywords.api.problems import Refusal, refuse_field
from keywords.api.schemas import KeywordIn, ListIn, ListOptions, UploadIn
from keywords.models import Source
from keywords.sources import SourceMistake, default_source
from keywords.uploads import Import, UploadError, read_entries, read_file

B = TypeVar("B", bound=BaseModel)


def read_new_list(request: HttpRequest) -> tuple[ListOptions, Import]:
    """Raises Refusal, ValidationError."""
    try:
        if request.content_type == "application/json":
            return read_json(request.body)
        if request.content_type == "multipart/form-data":
            return read_form(request)
    except UploadError as error:
        raise Refusal(422, str(error)) from None
    raise Refusal(415, "Send multipart/form-data with a file, or application/json.")


def read_json(body: bytes) -> tuple[ListIn, Import]:
    payload = check(ListIn, body)
    entries = [KeywordIn(text=each) if isinstance(each, str) else each for each in payload.keywords]
    imported = read_entries(
        (cells_of(entry) for entry in entries),
        max_keywords=settings.MAX_KEYWORDS,
    )
    return payload, imported


def cells_of(entry: KeywordIn) -> tuple[str, str, str, str, str]:
    priority = "" if entry.priority is None else str(entry.priority)
    return entry.text, entry.country, entry.language, entry.device, priority


def read_form(request: HttpRequest) -> tuple[UploadIn, Import]:
    payload = check(UploadIn, {name: value for name, value in request.POST.items() if value != ""})
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise refuse_field("file", "There is no file: send it as the field `file`.")
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise Refusal(413, f"The file has more than {settings.MAX_UPLOAD_BYTES:,} bytes.")
    imported = read_file(
        file.read(),
        file.name or "",
        max_keywords=settings.MAX_KEYWORDS,
        encoding=payload.encoding,
        delimiter=payload.delimiter,
        has_header=payload.has_header,
    )
    return payload, imported


def check(model: type[B], data: bytes | dict[str, Any]) -> B:
    try:
        if isinstance(data, bytes):
            return model.model_validate_json(data)
        return model.model_validate(data)
    except PydanticError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise ValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in errors]
        ) from None


def find_source(name: str) -> Source:
    """The default source for "". Raises Refusal."""
    try:
        found = Source.objects.select_related("queue").filter(name=name).first()
        source = found if name else default_source()
    except SourceMistake as mistake:
        raise Refusal(409, str(mistake)) from None
    if source is None:
        raise refuse_field("source", f"There is no source named {name}.")
    return source
