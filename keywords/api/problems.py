"""Every error of the API as a problem detail (RFC 9457)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

CONTENT_TYPE = "application/problem+json"
# Said where we have nothing better to say.
SENTENCES = {
    401: "Send a token: Authorization: Bearer ath_…",
    404: "There is nothing here that you may see.",
    405: "This address does not take that method.",
    413: "That is more than is taken at once.",
    429: "Too many requests; wait as long as Retry-After says.",
}


class FieldProblem(Schema):
    """One value that is not right; `pointer` leads to it."""

    pointer: str
    detail: str


class Problem(Schema):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[FieldProblem] = Field(default_factory=list)


class Refusal(Exception):
    """Raised anywhere in the API to answer with a problem."""

    def __init__(self, status: int, detail: str, errors: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors


def refuse_field(name: str, detail: str) -> Refusal:
    """422 for one value."""
    return Refusal(422, detail, (FieldProblem(pointer=f"/{name}", detail=detail),))


def answer_problem(
    status: int, detail: str = "", errors: tuple[FieldProblem, ...] = ()
) -> HttpResponse:
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail or SENTENCES.get(status, ""),
        errors=list(errors),
    )
    response = HttpResponse(problem.model_dump_json(), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Athanor"'
    return response


def answer_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = tuple(read_field_problem(each) for each in error.errors)
    return answer_problem(422, "; ".join(each.detail for each in errors)[:500], errors)


def read_field_problem(error: dict[str, Any]) -> FieldProblem:
    # ninja puts where it was found first: ("query", "limit"), ("body", "payload", "name").
    places = [str(part) for part in error.get("loc", ())][1:]
    where = "/".join(part for part in places if part != "payload")
    return FieldProblem(pointer=f"/{where}", detail=f"{where or 'body'}: {error['msg']}")


def install_problems(api: NinjaAPI) -> None:
    answers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refusal: lambda _, error: answer_problem(error.status, error.detail, error.errors),
        AuthenticationError: lambda _, error: answer_problem(401),
        HttpError: lambda _, error: answer_problem(error.status_code, error.message),
        Http404: lambda _, error: answer_problem(404),
        ValidationError: answer_invalid,
        RequestDataTooBig: lambda _, error: answer_problem(413),
        SuspiciousOperation: lambda _, error: answer_problem(400, str(error)),
    }
    for exception, answer in answers.items():
        api.add_exception_handler(exception, answer)
