"""Pictures of every page: desktop and phone, light and dark, into docs/screenshots; the landing page's own into
static/img. Starts the whole product on a data folder of its own, with the practice source.

    python scripts/screenshots.py [--only NAME …]
"""

import argparse
import base64
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.acceptance.product import Product  # noqa: E402 - needs the path

OUT = ROOT / "docs" / "screenshots"
IMAGES = ROOT / "static" / "img"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]
SIZES = {"desktop": (1280, 800), "phone": (360, 640)}
EMAIL, PASSWORD = "anna@example.org", "a long enough password"
OPERATOR_EMAIL = "operator@example.org"

# The dice of the practice engine: some of every outcome, and no source that rests for an hour.
FURNISH = """
from keywords.sources import set_source
set_source("practice", settings={"refusal_attempts": 1, "cool_down_seconds": 0, "attempts": 1, "layout_attempts": 1, "breaker_failures": 0})
from keywords.models import Source
Source.objects.update(users_may_test=True)
"""
SLOW = """
from jobs.control import set_limits
set_limits("practice", by="screenshots", rate_limit=6, rate_period=60, burst=14)
"""
# A week later.
AGAIN = """
from datetime import timedelta
from django.db.models import F
from keywords.models import KeywordList, Search
from keywords.runs import rerun
found = KeywordList.objects.get(pk={pk})
week = timedelta(days=7)
Search.objects.filter(keyword__keyword_list=found).update(created_at=F("created_at") - week, fetched_at=F("fetched_at") - week)
rerun(found.keywords.all(), by=found.owner)
"""
# What an account has after a while.
LIVED_IN = """
from django.db.models import Count
from keywords.account.copying import start_copy
from keywords.models import KeywordList, ResultLink
from keywords.notifications.records import NotificationSettings
from keywords.notifications.secrets import renew_secret
from keywords.schedules import build_schedule, save_schedule
from keywords.source_checks import SourceCheck
from keywords.tokens import create_token
from keywords.tracked_domains.records import TrackedDomain
from tests.scraper_app.passkey_rows import make_passkey
found = KeywordList.objects.get(pk={pk})
anna = found.owner
shown = found.keywords.filter(latest_search__outcome="ok").order_by("pk")[0]
links = ResultLink.objects.filter(block="organic", search__keyword=shown)
domain = links.values_list("domain").annotate(n=Count("search", distinct=True)).order_by("-n")[0][0]
TrackedDomain.objects.create(keyword_list=found, domain=domain)
save_schedule(build_schedule(found, cron="0 8 * * 1", time_zone="Europe/Berlin"), by=anna)
settings = NotificationSettings(owner=anna, mail_when="refused", webhook_when="finished", webhook_url="https://example.org/hook")
renew_secret(settings)
settings.save()
create_token(anna, name="Weekly report")
create_token(anna, name="Upload from the shop", scope="write")
start_copy(anna)
make_passkey(anna, "Laptop")
make_passkey(anna, "Key on the key ring", alone=False)
"""
OPERATOR = """
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
user = User.objects.create_superuser("{email}", "{email}", "{password}")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
EARLIER_RUNS = 3
WINTER = [
    f"{adjective} {noun}"
    for noun in (
        "winter boots",
        "snow jacket",
        "wool scarf",
        "thermos flask",
        "ice skates",
        "sledge",
    )
    for adjective in ("best", "cheap", "children's", "waterproof")
]
FAULTS = "nothing=0.06,layout=0.05,captcha=0.04,truncated=0.03,503=0.02"


@dataclass(frozen=True)
class Scene:
    """`who` is nobody, anna or the operator. Pages for a desk are not taken as a phone shows them."""

    path: str
    who: str = "anna"
    phone: bool = True


@dataclass
class Studio:
    product: Product
    browser: Browser
    folder: Path
    paths: dict[str, str] = field(default_factory=dict)

    def state_of(self, who: str) -> Path:
        return self.folder / f"{who}.json"

    @contextmanager
    def open(self, size: str, theme: str, who: str) -> Iterator[Page]:
        width, height = SIZES[size]
        # At a number a browser offers no passkey. Who is signed in has a cookie of the number.
        visited = self.product.url.replace(
            "127.0.0.1", "localhost" if who == "nobody" else "127.0.0.1"
        )
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            storage_state=None if who == "nobody" else str(self.state_of(who)),
            locale="en-GB",
            base_url=visited,
        )
        try:
            yield context.new_page()
        finally:
            context.close()


def sign_up(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/account/signup/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign up", exact=True).click()
    page.wait_for_url("**/lists/new")


def upload(page: Page, path: Path | None, *, text: str = "", name: str = "") -> str:
    """Starts a list and returns its path."""
    page.goto("/lists/new")
    if path:
        page.locator("input[type=file]").set_input_files(path)
    else:
        page.get_by_label("Paste", exact=True).check()
        page.get_by_label("Paste keywords").fill(text)
    if name:
        page.get_by_text("Options").click()
        page.get_by_label("Name of the list").fill(name)
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_selector(".start-bar")
    anew = page.get_by_label("search in this list too")
    if anew.count():
        anew.check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/lists/*")
    return path_of(page)


def wait_until_finished(page: Page, path: str) -> None:
    page.goto(f"/{path}")
    page.wait_for_selector("#progress[data-live=no]", timeout=120_000)


def furnish(studio: Studio) -> None:
    """An account with lists in every state, and an operator."""
    product = studio.product
    product.manage("shell", "-v", "0", "-c", FURNISH)
    context = studio.browser.new_context(base_url=product.url, locale="en-GB")
    control = f"http://127.0.0.1:{product.practice_port}/_control"
    sign_up(context)
    page = context.new_page()
    page.request.post(control, data={"faults": FAULTS})
    done = upload(
        page, ROOT / "scraper_app" / "demo_keywords.csv", name="Autumn range, United States"
    )
    wait_until_finished(page, done)
    for _ in range(EARLIER_RUNS):
        product.manage("shell", "-v", "0", "-c", AGAIN.format(pk=number_of(done)))
        wait_until_finished(page, done)
    page.request.post(control, data={"faults": "captcha=1"})
    refused = upload(page, None, text="standing desk\nmonitor arm\n\nstanding desk", name="Office")
    wait_until_finished(page, refused)
    page.request.post(control, data={"faults": ""})
    product.manage("shell", "-v", "0", "-c", LIVED_IN.format(pk=number_of(done)))
    test = ask_source(page)
    product.manage("shell", "-v", "0", "-c", SLOW)
    live = upload(page, None, text="\n".join(WINTER), name="Winter range, being searched")
    studio.paths = {"list": done, "refused": refused, "live": live, "test": test}
    studio.paths |= find_keywords(page, done, refused)
    studio.paths |= {"compare": find_comparison(page), "draft": prepare_draft(page)}
    studio.paths["runs"] = find_runs(page, studio.paths["keyword"])
    context.storage_state(path=studio.state_of("anna"))
    context.close()
    sign_in_operator(studio)


def number_of(path: str) -> str:
    return path.rpartition("/")[2]


def path_of(page: Page) -> str:
    return page.url.partition("//")[2].partition("/")[2]


def ask_source(page: Page) -> str:
    """A test of the source, with its answer."""
    page.goto("/sources/practice")
    page.get_by_label("Keyword", exact=True).fill("red shoes")
    page.get_by_role("button", name="Ask it").click()
    page.wait_for_url("**/sources/checks/*")
    page.get_by_text("Answered in").wait_for()
    return path_of(page)


def prepare_draft(page: Page) -> str:
    """An upload that is checked and not started."""
    page.goto("/lists/new")
    page.get_by_role("button", name="Use the sample file").click()
    page.wait_for_url("**/drafts/*")
    return path_of(page)


def find_runs(page: Page, keyword: str) -> str:
    """The first comparison with an earlier run that the history offers."""
    page.goto(f"/{keyword}?tab=history")
    link = page.get_by_role("link", name="compare").last
    return f"{keyword}{link.get_attribute('href')}"


def sign_in_operator(studio: Studio) -> None:
    made = OPERATOR.format(email=OPERATOR_EMAIL, password=PASSWORD)
    studio.product.manage("shell", "-v", "0", "-c", made)
    context = studio.browser.new_context(base_url=studio.product.url, locale="en-GB")
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(OPERATOR_EMAIL)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{studio.product.url}/")
    page.goto("/admin/jobs/job/?state=discarded")
    link = page.locator("#result_list a[href*='/change/']").first
    studio.paths["job"] = (link.get_attribute("href") or "").lstrip("/").partition("?")[0]
    context.storage_state(path=studio.state_of("operator"))
    context.close()


def find_keywords(page: Page, done: str, refused: str) -> dict[str, str]:
    page.goto(f"/{done}?outcome=ok")
    good = page.locator("#rows a.row-link").first.get_attribute("href") or ""
    page.goto(f"/{refused}")
    bad = page.locator("#rows a.row-link").first.get_attribute("href") or ""
    # Without the filter that a row's link carries along.
    return {
        name: href.lstrip("/").partition("?")[0]
        for name, href in (("keyword", good), ("blocked", bad))
    }


def find_comparison(page: Page) -> str:
    """The first three domains of the board."""
    page.goto("/domains")
    for box in page.locator("input[name=d]").all()[:3]:
        box.check()
    page.get_by_role("button", name="Compare the ticked").click()
    return path_of(page)


def choose_scenes(paths: dict[str, str]) -> dict[str, Scene]:
    of_list, keyword = paths["list"], paths["keyword"]
    scenes = {
        "landing": Scene("", "nobody"),
        "demo": Scene("demo", "nobody"),
        "demo-keyword": Scene("demo/2?tab=organic", "nobody"),
        "sign-in": Scene("account/login/", "nobody"),
        "sign-up": Scene("account/signup/", "nobody"),
        "lists": Scene(""),
        "new-list": Scene("lists/new"),
        "check": Scene(paths["draft"]),
        "list-live": Scene(paths["live"]),
        "list": Scene(of_list),
        "list-no-match": Scene(f"{of_list}?q=ads>99"),
        "list-runs": Scene(f"{of_list}/runs"),
        "bulk": Scene(f"{of_list}/bulk?act=tag&all=1&outcome=ok"),
        "schedule": Scene(f"{of_list}/schedule"),
        "import-report": Scene(f"{paths['refused']}/import"),
        "import-pages": Scene("pages/import"),
        "export": Scene(f"{of_list}/export?outcome=ok"),
        "exports": Scene("exports"),
        "delete-list": Scene(f"{paths['refused']}/delete"),
        "keyword": Scene(keyword),
        "keyword-organic": Scene(f"{keyword}?tab=organic"),
        "keyword-links": Scene(f"{keyword}?tab=links&char=/&n=4"),
        "keyword-page": Scene(f"{keyword}?tab=page"),
        "keyword-history": Scene(f"{keyword}?tab=history"),
        "keyword-compare": Scene(paths["runs"]),
        "keyword-attempts": Scene(f"{paths['blocked']}?tab=attempts"),
        "keyword-blocked": Scene(paths["blocked"]),
        "search": Scene("search?where=ad&match=contains&value=shop&group=keyword"),
        "search-urls": Scene("search?where=any&match=count&value=/&n=5&group=url"),
        "search-nothing": Scene("search?where=organic&value=cheap+standing+desk"),
        "domains": Scene("domains"),
        "domains-compare": Scene(paths["compare"]),
        "find": Scene("find?q=shoes"),
        "queue": Scene("queue"),
        "sources": Scene("sources"),
        "source": Scene("sources/practice"),
        "source-test": Scene(paths["test"]),
        "preferences": Scene("account/preferences"),
        "notifications": Scene("account/notifications"),
        "tokens": Scene("account/tokens"),
        "account": Scene("account/email/"),
        "two-factor": Scene("account/2fa/"),
        "passkeys": Scene("account/2fa/webauthn/"),
        "password": Scene("account/password/change/"),
        "sessions": Scene("account/sessions/"),
        "your-data": Scene("account/data"),
        "api": Scene("api"),
        "not-found": Scene("lists/999999"),
        "setup": Scene("setup", "operator"),
        "operations": Scene("admin/", "operator"),
    }
    for name, path in OF_OPERATORS.items():
        scenes[name] = Scene(path.format(**paths), "operator", phone=False)
    return scenes


OF_OPERATORS = {
    "operations-jobs": "admin/jobs/job/",
    "operations-job": "{job}",
    "operations-queues": "admin/jobs/queue/",
    "operations-workers": "admin/jobs/worker/",
    "operations-sources": "admin/keywords/source/",
    "operations-custom-source": "admin/custom-source/",
    "operations-schedules": "admin/jobs/schedule/",
    "operations-audit": "admin/jobs/auditentry/",
    "api-reference": "api/v1/docs",
}


def shoot(studio: Studio, name: str, scene: Scene) -> None:
    for size in SIZES if scene.phone else ("desktop",):
        for theme in ("light", "dark"):
            with studio.open(size, theme, scene.who) as page:
                page.goto(f"/{scene.path}")
                page.wait_for_load_state("networkidle")
                save(page, OUT / f"{name}-{size}-{theme}.webp")


def save(page: Page, path: Path, *, quality: float = 0.6) -> None:
    path.write_bytes(to_webp(page, page.screenshot(), quality))


def to_webp(page: Page, png: bytes, quality: float) -> bytes:
    """The browser itself turns it into WebP; in a page without a content policy."""
    blank = page.context.new_page()
    data: str = blank.evaluate(
        """async ([png, quality]) => {
            const image = new Image();
            image.src = "data:image/png;base64," + png;
            await image.decode();
            const canvas = Object.assign(document.createElement("canvas"), {width: image.naturalWidth, height: image.naturalHeight});
            canvas.getContext("2d").drawImage(image, 0, 0);
            return canvas.toDataURL("image/webp", quality).split(",")[1];
        }""",
        [base64.b64encode(png).decode(), quality],
    )
    blank.close()
    return base64.b64decode(data)


def shoot_landing(studio: Studio) -> None:
    """What the landing page shows: the list, without its banners."""
    for theme in ("light", "dark"):
        with studio.open("desktop", theme, "anna") as page:
            page.goto(f"/{studio.paths['list']}")
            page.wait_for_load_state("networkidle")
            save(page, IMAGES / f"list-{theme}.webp", quality=0.82)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Product(Path(folder), WORKERS=1, THREADS=4, WEB_WORKERS=1) as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        studio = Studio(product, browser, Path(folder))
        furnish(studio)
        for name, scene in choose_scenes(studio.paths).items():
            if not options.only or name in options.only:
                shoot(studio, name, scene)
        if not options.only:
            shoot_landing(studio)  # last: it writes a static file, and the product would say so
        browser.close()


if __name__ == "__main__":
    main()
