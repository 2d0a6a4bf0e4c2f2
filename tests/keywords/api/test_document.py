"""The API against its own OpenAPI document: any request, and no answer that the document does not know."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS

from tests.keywords.api.client import ApiClient
from tests.keywords.rows import make_list, make_user

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.mark.django_db(transaction=True)
def test_every_answer_is_as_documented(live_server: Any) -> None:
    user = make_user()
    make_list("one", "two")
    secret = ApiClient(user).secret
    document: Any = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json")
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        ask_many_ways(operation, secret)


def ask_many_ways(operation: Any, secret: str) -> None:
    # Hypothesis wants a function that pytest does not see.
    @settings(
        max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(), _=st.none())
    def ask(case: Any, _: None) -> None:
        response = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(response, checks=CHECKS.get_by_names(CHECKED))

    ask()
