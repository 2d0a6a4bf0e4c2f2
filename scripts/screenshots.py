"""Pictures of every page: desktop and phone, light and dark, into docs/screenshots; the landing page's own into
static/img. Starts the whole product on a data folder of its own, with the practice source.

    python scripts/screenshots.py [--only NAME …] [--keep FOLDER]
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

# The dice of the practice engine: some of every outcome, and no source that rests for an hour.
FURNISH = """
from keywords.sources import set_source
set_source("practice", settings={"refusal_attempts": 1, "cool_down_seconds": 0, "attempts": 1, "layout_attempts": 1, "breaker_failures": 0})
"""
SLOW = """
from jobs.control import set_limits
set_limits("practice", by="screenshots", rate_limit=6, rate_period=60, burst=14)
"""
FAULTS = "nothing=0.06,layout=0.05,captcha=0.04,truncated=0.03,503=0.02"


@dataclass
class Studio:
    product: Product
    browser: Browser
    state: Path
    paths: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def open(self, size: str, theme: str, *, signed_in: bool) -> Iterator[Page]:
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            storage_state=str(self.state) if signed_in else None,
            base_url=self.product.url,
        )
        try:
            yield context.new_page()
        finally:
            context.close()


def sign_up(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(EMAIL)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign up", exact=True).click()
    page.wait_for_url("**/lists/new")


def upload(page: Page, path: Path | None, *, text: str = "", name: str = "") -> str:
    """Starts a list and returns its path."""
    page.goto("/lists/new")
    if path:
        page.locator("input[type=file]").set_input_files(path)
    else:
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
    return page.url.partition("//")[2].partition("/")[2]


def wait_until_finished(page: Page, path: str) -> None:
    page.goto(f"/{path}")
    page.wait_for_selector("#progress[data-live=no]", timeout=120_000)


def furnish(studio: Studio) -> None:
    """An account with lists in every state."""
    product = studio.product
    product.manage("shell", "-v", "0", "-c", FURNISH)
    context = studio.browser.new_context(base_url=product.url)
    control = f"http://127.0.0.1:{product.practice_port}/_control"
    sign_up(context)
    page = context.new_page()
    page.request.post(control, data={"faults": FAULTS})
    done = upload(
        page, ROOT / "scraper_app" / "demo_keywords.csv", name="Autumn range, United States"
    )
    wait_until_finished(page, done)
    page.request.post(control, data={"faults": "captcha=1"})
    refused = upload(page, None, text="standing desk\nmonitor arm\n\nstanding desk", name="Office")
    wait_until_finished(page, refused)
    page.request.post(control, data={"faults": ""})
    product.manage("shell", "-v", "0", "-c", SLOW)
    live = upload(
        page, ROOT / "scraper_app" / "demo_keywords.csv", name="Winter range, being searched"
    )
    studio.paths = {"list": done, "refused": refused, "live": live}
    studio.paths |= find_keywords(page, done, refused)
    studio.paths["compare"] = find_comparison(page)
    context.storage_state(path=studio.state)
    context.close()


def find_keywords(page: Page, done: str, refused: str) -> dict[str, str]:
    page.goto(f"/{done}?outcome=ok")
    good = page.locator("#rows a.row-link").first.get_attribute("href") or ""
    page.goto(f"/{refused}")
    bad = page.locator("#rows a.row-link").first.get_attribute("href") or ""
    return {"keyword": good.lstrip("/"), "blocked": bad.lstrip("/")}


def find_comparison(page: Page) -> str:
    """The first three domains of the board."""
    page.goto("/domains")
    for box in page.locator("input[name=d]").all()[:3]:
        box.check()
    page.get_by_role("button", name="Compare the ticked").click()
    return page.url.partition("//")[2].partition("/")[2]


def choose_scenes(paths: dict[str, str]) -> dict[str, tuple[str, bool]]:
    """Name -> path, and whether it is seen signed in."""
    return {
        "landing": ("", False),
        "sign-in": ("account/login/", False),
        "sign-up": ("account/signup/", False),
        "lists": ("", True),
        "new-list": ("lists/new", True),
        "list-live": (paths["live"], True),
        "list": (paths["list"], True),
        "import-report": (f"{paths['refused']}/import", True),
        "keyword": (paths["keyword"], True),
        "keyword-links": (f"{paths['keyword']}?tab=links&char=/&n=4", True),
        "keyword-page": (f"{paths['keyword']}?tab=page", True),
        "keyword-attempts": (f"{paths['blocked']}?tab=attempts", True),
        "keyword-blocked": (paths["blocked"], True),
        "search": ("search?where=ad&match=contains&value=shop&group=keyword", True),
        "domains": ("domains", True),
        "domains-compare": (paths["compare"], True),
        "find": ("find?q=shoes", True),
        "sources": ("sources", True),
        "delete-list": (f"{paths['refused']}/delete", True),
        "account": ("account/email/", True),
        "two-factor": ("account/2fa/", True),
        "not-found": ("lists/999999", True),
    }


def shoot(studio: Studio, name: str, path: str, *, signed_in: bool) -> None:
    for size in SIZES:
        for theme in ("light", "dark"):
            with studio.open(size, theme, signed_in=signed_in) as page:
                page.goto(f"/{path}")
                page.wait_for_load_state("networkidle")
                save(page, OUT / f"{name}-{size}-{theme}.webp")


def save(page: Page, path: Path, *, quality: float = 0.8) -> None:
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
        with studio.open("desktop", theme, signed_in=True) as page:
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
        studio = Studio(product, browser, Path(folder) / "state.json")
        furnish(studio)
        if not options.only:
            shoot_landing(studio)
        for name, (path, signed_in) in choose_scenes(studio.paths).items():
            if not options.only or name in options.only:
                shoot(studio, name, path, signed_in=signed_in)
        browser.close()


if __name__ == "__main__":
    main()
