"""A list as a file."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from keywords.api.auth import reading, user_of
from keywords.api.problems import Refusal
from keywords.exports import FORMATS, export_keywords
from keywords.exports.shapes import LATEST, RUNS, choose_shape
from keywords.filtering import ListFilter
from keywords.models import KeywordList

router = Router(tags=["lists"])

ANY_FILE = {
    "responses": {
        200: {
            "description": "The file",
            "content": {
                each.content_type.partition(";")[0]: {"schema": {"type": "string"}}
                for each in FORMATS.values()
            },
        }
    }
}


class ExportQuery(Schema):
    format: Literal["csv", "excel", "xlsx", "json", "ndjson"] = Field(
        "csv", description="`excel` is CSV with semicolons and a byte order mark."
    )
    shape: Literal["keywords", "results", "links"] = Field(
        "keywords", description="What a row is: a keyword, an ad or organic result, or any link."
    )
    runs: Literal["latest", "every"] = Field(
        "latest",
        description="Of each keyword its latest run, or all of them, the oldest first. Results and links are those"
        " of good runs.",
    )
    q: str = Field("", max_length=4000, description="The filter of the list page, as typed there.")
    columns: str = Field(
        "", max_length=1000, description="Names of columns with commas between; all if empty."
    )


assert set(FORMATS) == {"csv", "excel", "xlsx", "json", "ndjson"}
assert set(LATEST) == {"keywords", "results", "links"}
assert set(RUNS) == {"latest", "every"}


@router.get("/{int:list_id}/export", auth=reading, openapi_extra=ANY_FILE)
def export_list(
    request: HttpRequest, list_id: int, query: Annotated[ExportQuery, Query(...)]
) -> Any:
    """The whole list, or what a filter leaves of it; what failed has empty cells or null, never 0. In
    CSV, texts that a spreadsheet would run begin with an apostrophe."""
    lists = KeywordList.objects.for_user(user_of(request))
    keyword_list = get_object_or_404(lists, pk=list_id)
    narrowing = ListFilter.build(q=query.q)
    if narrowing.problems:
        raise Refusal(422, " ".join(problem.message for problem in narrowing.problems))
    export = export_keywords(
        narrowing.apply(keyword_list.keywords.all()),
        columns=[column.strip() for column in query.columns.split(",")],
        shape=choose_shape(query.shape, query.runs),
        written_as=query.format,
        name=keyword_list.name,
    )
    headers = {"Content-Disposition": f'attachment; filename="{export.filename}"'}
    return StreamingHttpResponse(export.pieces, content_type=export.content_type, headers=headers)
