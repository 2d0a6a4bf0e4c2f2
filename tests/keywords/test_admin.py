"""What operators see of keywords: every table opens, jobs are found by what they are about."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs.audit import AuditEntry
from jobs.models import Batch, Job
from jobs.schedules import Schedule
from keywords.breaker import Breaker
from keywords.models import ApiToken, Keyword, Search, Source
from keywords.page_health import PageHealth, SourceFigures
from keywords.proxies import Proxy
from keywords.proxy_settings import add_proxies
from keywords.saved_pages import save_page
from keywords.source_checks import SourceCheck
from keywords.sources import ensure_practice_source
from tests.jobs.rows import make_worker
from tests.jobs.staff import sign_in
from tests.keywords.api.client import ApiClient
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
        assert AuditEntry.objects.get(action="revoke token").before["token"] == "kw_1234"

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

    def test_jobs_are_found_by_the_request_that_made_them(self) -> None:
        asked = {"name": "Drinks", "source": "practice", "keywords": ["green tea"]}
        ensure_practice_source()
        answer = ApiClient(make_user("anna")).post("lists", asked)
        assert answer.status_code == 201
        made = set(Job.objects.values_list("pk", flat=True))
        make_list("red shoes", owner=make_user("bob"), name="Shoes")
        request_id = Batch.objects.get(name="Drinks").request_id
        assert request_id
        client = sign_in("viewer")
        assert found(client, f"request: {request_id}") == made
        page = client.get(reverse("admin:jobs_job_change", args=[made.pop()])).content.decode()
        assert f"request:{request_id}" in page
        assert found(client, "request:") == set()

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
        values = read_form(client, url) | {"user_agent": "Mine/1.0"}
        assert client.post(url, values).status_code == 302
        entry = AuditEntry.objects.get(action="change source")
        assert entry.after == {"user_agent": "Mine/1.0"}

    def test_a_test_is_written_down(self) -> None:
        source = ensure_practice_source()
        make_worker()
        sign_in("operator").post(reverse("source-test", args=[source.name]), {"keyword": "tea"})
        entry = AuditEntry.objects.get(action="test source")
        assert (entry.by, entry.after) == ("operator@example.org", {"keyword": "tea"})

    def test_what_is_done_to_a_proxy_is_written_down(self) -> None:
        source = ensure_practice_source()
        add_proxies(source, ["http://me:pa55@a.example:1", "http://me:pa55@b.example:1"])
        first, second = source.proxies.all()
        client = sign_in("configurer")
        url = reverse("admin:keywords_source_change", args=[source.pk])
        values = read_form(client, url)
        values.pop("proxies-0-enabled")
        client.post(url, values | {"proxies-1-DELETE": "on"})
        entry = AuditEntry.objects.get(action="change proxy")
        assert entry.after == {"proxy": first.label, "enabled": False}
        assert AuditEntry.objects.get(action="remove proxy").before == {"proxy": second.label}
        assert [proxy.enabled for proxy in source.proxies.all()] == [False]

    def test_every_setting_can_be_changed(self) -> None:
        source = ensure_practice_source()
        client = sign_in("configurer")
        url = reverse("admin:keywords_source_change", args=[source.pk])
        wanted = {
            "rate_limit": "6",
            "rate_period": "30",
            "burst": "2",
            "max_running": "3",
            "budget_day": "100",
            "budget_month": "900",
            "country": "DE",
            "language": "de",
            "canary_keyword": "wikipedia",
            "canary_minutes": "30",
            "expectation": "Ours.",
            "new_credentials": "api_key: s3cret",
            "add_proxies": "http://me:pa55@proxy.example:3128",
        }
        assert client.post(url, read_form(client, url) | wanted).status_code == 302
        source = Source.objects.select_related("queue").get()
        queue = source.queue
        assert (queue.rate_limit, queue.rate_period, queue.burst, queue.max_running) == (
            6,
            30,
            2,
            3,
        )
        assert (source.budget_day, source.budget_month) == (100, 900)
        assert (source.country, source.language, source.expectation) == ("de", "de", "Ours.")
        assert Schedule.objects.get(name="canary-practice").cron == "*/30 * * * *"
        page = client.get(url).content.decode()
        assert "never shown: api_key" in page
        assert "me@proxy.example:3128" in page
        assert "s3cret" not in page
        assert "pa55" not in page
        assert "s3cret" not in str(AuditEntry.objects.values())
        assert "pa55" not in str(AuditEntry.objects.values())
        cleared = {"budget_day": "", "budget_month": "", "rate_limit": "", "canary_keyword": ""}
        client.post(url, read_form(client, url) | cleared)
        source = Source.objects.select_related("queue").get()
        assert (source.budget_day, source.queue.rate_limit, source.queue.rate_period) == (
            None,
            None,
            30,
        )
        assert not Schedule.objects.exists()
        assert source.proxies.count() == 1
        assert source.credentials

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"base_url": "ftp://a.example"}, "is not a web address"),
            ({"country": "Germany"}, "at most 2"),
            ({"language": "de_DE!"}, "A language is a code"),
            ({"rate_limit": "0"}, "greater than or equal to 1"),
            ({"budget_day": "0"}, "The budget of a day"),
            ({"settings": '{"attempts": "many"}'}, "attempts must be a number"),
            ({"add_proxies": "socks5://secret:word@a:1"}, "A proxy is http://"),
            ({"new_credentials": "s3cret"}, "as name: value"),
        ],
    )
    def test_mistakes_are_told(self, wrong: dict[str, str], sentence: str) -> None:
        source = ensure_practice_source()
        client = sign_in("configurer")
        url = reverse("admin:keywords_source_change", args=[source.pk])
        answer = client.post(url, read_form(client, url) | wrong)
        assert answer.status_code == 200
        assert sentence in answer.content.decode().replace("&#x27;", "'")

    def test_a_new_one_gets_the_pace_that_its_engine_bears(self) -> None:
        client = sign_in("configurer")
        url = reverse("admin:keywords_source_add")
        values = read_form(client, url) | {
            "name": "ducks",
            "engine": "duckduckgo",
            "rate_limit": "",
        }
        assert client.post(url, values).status_code == 302
        queue = Source.objects.select_related("queue").get(name="ducks").queue
        assert (queue.rate_limit, queue.rate_period, queue.max_running) == (2, 60, 1)

    def test_operators_close_breakers_and_test(self) -> None:
        source = ensure_practice_source()
        client = sign_in("operator")
        url = reverse("admin:keywords_source_changelist")
        for action in ("close_breakers", "test_sources"):
            picked = {"action": action, "_selected_action": [source.pk]}
            assert client.post(url, picked).status_code == 302
        assert AuditEntry.objects.filter(action="close breaker").exists()
        assert SourceCheck.objects.get().keyword == "wikipedia"


def read_form(client: Client, url: str) -> dict[str, object]:
    """What a browser would send back."""
    context = client.get(url).context
    form = context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values = {name: "" if value in (None, False) else value for name, value in values.items()}
    values["settings"] = "{}"
    for formset in context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        values[f"{prefix}-TOTAL_FORMS"] = values[f"{prefix}-INITIAL_FORMS"] = len(formset.formset)
        for number, row in enumerate(formset.formset):
            values |= {f"{prefix}-{number}-id": row.instance.pk, f"{prefix}-{number}-enabled": "on"}
            values[f"{prefix}-{number}-source"] = row.instance.source_id
    return values


class TestOperations:
    def test_operations_tells_how_they_do(self) -> None:
        source = ensure_practice_source()
        for outcome in ("ok", "ok", "ok", "rate_limited"):
            PageHealth.objects.create(source=source, outcome=outcome)
        Breaker.objects.create(source=source, outcome="rate_limited", refused_at=timezone.now())
        page = sign_in("viewer").get(reverse("admin:index")).content.decode()
        assert "3 of the last 4 good" in page
        assert "rate limited, " in page
        assert "25.0% of 4 answers" in page

    def test_operations_tells_what_is_wrong_now(self) -> None:
        source = ensure_practice_source()
        alarm = "40% of the last 50 pages found nothing; before it was 2%."
        SourceFigures.objects.create(source=source, parser_version="practice-1", alarms=[alarm])
        Proxy.objects.create(
            source=source,
            label="a.example:3128",
            sealed=b"",
            resting_until=timezone.now() + timedelta(minutes=5),
        )
        page = sign_in("viewer").get(reverse("admin:index")).content.decode()
        assert f"practice: {alarm}" in page
        assert "practice: 1 of its 1 proxies rest." in page


def sign_in_once() -> Client:
    client = Client()
    user = User.objects.filter(username="root").first()
    client.force_login(user or User.objects.create_superuser("root", "root@example.org", "x"))
    return client
