"""What operators see of keywords: every table opens, jobs are found by what they are about."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from jobs.audit import AuditEntry
from keywords.models import ApiToken, Keyword, Search, Source
from keywords.saved_pages import save_page
from tests.jobs.staff import sign_in
from tests.keywords.rows import job_of, make_list, make_user

pytestmark = pytest.mark.django_db

JOBS = "admin:jobs_job_changelist"
TABLES = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for model in admin.site._registry
    if model._meta.app_label in {"jobs", "keywords"}
]


def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


def found(client: Client, words: str) -> set[int]:
    answer = client.get(reverse(JOBS), {"q": words})
    return {job.pk for job in answer.context["cl"].result_list}


class TestTables:
    @pytest.mark.parametrize("name", TABLES)
    def test_open_and_search(self, name: str) -> None:
        make_list("tea", "coffee")
        save_page(b"<html>", "text/html")
        client = root()
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        assert client.get(reverse(f"{name}_changelist"), {"q": "tea"}).status_code == 200

    @pytest.mark.parametrize("model", [Keyword, Search, Source])
    def test_pages_of_rows_open(self, model: type[Keyword | Search | Source]) -> None:
        make_list("tea")
        row = model.objects.all()[0]
        url = reverse(f"admin:keywords_{model._meta.model_name}_change", args=[row.pk])
        assert root().get(url).status_code == 200

    def test_keywords_of_a_list(self) -> None:
        make_list("tea")
        coffee = make_list("coffee", name="Drinks")
        answer = root().get(
            reverse("admin:keywords_keyword_changelist"), {"keyword_list": coffee.pk}
        )
        assert [keyword.text for keyword in answer.context["cl"].result_list] == ["coffee"]

    def test_a_page_never_shows_its_bytes(self) -> None:
        page = save_page(b"<html>secret words</html>", "text/html")
        client = root()
        shown = client.get(reverse("admin:keywords_savedpage_change", args=[page.pk])).content
        assert page.sha256.encode() in shown
        assert b"secret words" not in shown
        assert b"body" not in shown.split(b'id="content"')[1].split(b"</main>")[0].lower()

    def test_a_token_never_shows_its_hash_and_can_be_revoked(self) -> None:
        token = ApiToken.objects.create(owner=make_user(), sha256="a" * 64, prefix="kw_1234")
        client = root()
        url = reverse("admin:keywords_apitoken_change", args=[token.pk])
        assert b"aaaaaaaa" not in client.get(url).content
        client.post(reverse("admin:keywords_apitoken_delete", args=[token.pk]), {"post": "yes"})
        assert not ApiToken.objects.exists()

    def test_viewers_change_nothing(self) -> None:
        make_list("tea")
        client = sign_in("viewer")
        for model in (Keyword, Search, Source):
            row = model.objects.all()[0]
            url = reverse(f"admin:keywords_{model._meta.model_name}_change", args=[row.pk])
            assert client.get(url).status_code == 200
            assert client.post(url, {}).status_code == 403


class TestSubjects:
    def test_jobs_are_found_by_keyword_list_and_user(self) -> None:
        tea = make_list("green tea", "coffee", owner=make_user("anna"), name="Drinks")
        make_list("red shoes", owner=make_user("bob"), name="Shoes")
        jobs = {keyword.text: job_of(keyword).pk for keyword in Keyword.objects.all()}
        client = sign_in("viewer")
        assert found(client, "green") == {jobs["green tea"]}
        assert found(client, "keyword: TEA") == {jobs["green tea"]}
        assert found(client, "list: drinks") == {jobs["green tea"], jobs["coffee"]}
        assert found(client, f"list: {tea.pk}") >= {jobs["green tea"], jobs["coffee"]}
        assert found(client, "user: bob") == {jobs["red shoes"]}
        assert found(client, "bob@example.org") == {jobs["red shoes"]}

    def test_rows_link_to_keyword_list_and_search(self) -> None:
        keyword_list = make_list("green tea")
        [keyword] = keyword_list.keywords.all()
        for url in (reverse(JOBS), reverse("admin:jobs_job_change", args=[job_of(keyword).pk])):
            page = sign_in_once().get(url).content.decode()
            assert reverse("admin:keywords_keyword_change", args=[keyword.pk]) in page
            assert reverse("admin:keywords_keywordlist_change", args=[keyword_list.pk]) in page

    def test_more_rows_cost_no_more_queries(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        make_list(*(f"keyword {i}" for i in range(45)))
        client = sign_in("viewer")
        with django_assert_max_num_queries(23):
            client.get(reverse(JOBS))

    def test_a_keyword_is_text(self) -> None:
        make_list("<script>alert(1)</script>")
        page = sign_in("viewer").get(reverse(JOBS)).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


class TestSources:
    def test_a_change_is_written_down(self) -> None:
        make_list("tea")
        source = Source.objects.get()
        client = sign_in("configurer")
        url = reverse("admin:keywords_source_change", args=[source.pk])
        form = client.get(url).context["adminform"].form
        values = {name: form.initial.get(name) or "" for name in form.fields}
        values |= {"settings": "{}", "allow_private": "", "user_agent": "Mine/1.0"}
        assert client.post(url, values).status_code == 302
        entry = AuditEntry.objects.get(action="change source")
        assert entry.after["user_agent"] == "Mine/1.0"

    def test_operations_tells_how_they_do(self) -> None:
        make_list("a", "b", "c", "d")
        ids = list(Search.objects.order_by("pk").values_list("pk", flat=True))
        Search.objects.filter(pk__in=ids[:3]).update(outcome="ok")
        Search.objects.filter(pk=ids[3]).update(outcome="rate_limited")
        page = sign_in("viewer").get(reverse("admin:index")).content.decode()
        assert "3 of the last 4 good" in page
        assert "rate limited, " in page


def sign_in_once() -> Client:
    client = Client()
    user = User.objects.filter(username="root").first()
    client.force_login(user or User.objects.create_superuser("root", "root@example.org", "x"))
    return client
