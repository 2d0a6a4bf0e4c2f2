"""axe's rules on a page. Its script is put in once, and only what it objects to comes back: with 90 looks at 25 pages
that is half of the time."""

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page


def find_violations(page: Page, *, within: str = "", rules: tuple[str, ...] = ()) -> list[str]:
    """`within`: a selector, the whole page without; `rules`: only these."""
    # A colour on its way from one theme to the other is nobody's.
    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    # Frames and style sheets are left alone: axe would load what the content policy forbids.
    options: dict[str, Any] = {"iframes": False, "preload": False, "resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    where = json.dumps(within) if within else "document"
    found = page.evaluate(
        f"axe.run({where}, {json.dumps(options)}).then((found) => found.violations)"
    )
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for each in found
        for node in each["nodes"]
    ]
