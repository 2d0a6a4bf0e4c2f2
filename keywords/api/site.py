"""django-ninja's API, with problem details where it would answer otherwise."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from pydantic import BaseModel

from keywords.api.problems import CONTENT_TYPE, Problem, answer_problem, install_problems
from keywords.api.schemas import ListIn, UploadIn

View = Callable[..., HttpResponse]
REFERENCE = "#/components/schemas/{model}"


class ProblemAPI(NinjaAPI):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        install_problems(self)

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """Addresses that are none of ours are ours too: nobody wants HTML from an API."""
        urls = super()._get_urls()
        for pattern in urls:
            if isinstance(pattern, URLPattern):
                pattern.callback = tell_problems(pattern.callback)
        return [*urls, re_path(r"^.*$", answer_unknown)]

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for model in (ListIn, UploadIn):
            add_component(schema, model)
        for path in schema["paths"].values():
            for operation in path.values():
                document_problems(schema, operation)
        return schema


def tell_problems(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            response = view(request, *args, **options)
        except Http404:
            return answer_problem(404)
        if response.status_code == 405:
            problem = answer_problem(405)
            problem["Allow"] = response["Allow"]
            return problem
        return response

    return wrapped


@csrf_exempt
def answer_unknown(request: HttpRequest) -> HttpResponse:
    return answer_problem(404, "There is no such address.")


def document_problems(schema: OpenAPISchema, operation: dict[str, Any]) -> None:
    """Each operation may answer with any problem; the document says so once for all."""
    add_component(schema, Problem)
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457)",
        "content": {CONTENT_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}},
    }


def add_component(schema: OpenAPISchema, model: type[BaseModel]) -> None:
    """For models that ninja does not see in a signature."""
    components = schema["components"]["schemas"]
    described = model.model_json_schema(ref_template=REFERENCE)
    components.update(described.pop("$defs", {}))
    components[model.__name__] = described
