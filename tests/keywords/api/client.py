"""Asking the API as a program would."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from keywords.tokens import create_token


class ApiClient:
    """Django's test client with a bearer token; "" for none."""

    def __init__(self, user: User | None = None, scope: str = "write") -> None:
        self.secret = create_token(user, scope=scope)[1] if user else ""
        self.http = Client(raise_request_exception=True)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        headers.update(options.pop("headers", {}))
        return self.http.generic(method, f"/api/v1/{path}", headers=headers, **options)

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, query_params=query)

    def post(self, path: str, payload: Any = None, **options: Any) -> Any:
        data = b"" if payload is None else json.dumps(payload).encode()
        return self.ask("POST", path, data=data, content_type="application/json", **options)

    def upload(self, path: str, **fields: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"}
        return self.http.post(f"/api/v1/{path}", fields, headers=headers)

    def delete(self, path: str) -> Any:
        return self.ask("DELETE", path)


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["title"]
    return problem
