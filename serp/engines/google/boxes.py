"""Which other boxes a page shows: each told by where its own links lead or by its attributes."""

import re

from serp.document import Document, Node
from serp.engines.google import marks

# Where the link "more of these" of a box leads: the old parameter (2013-2024), the new one (2024-2026).
_MORE_LINKS = {
    "images": re.compile(r"[?&](tbm=isch|udm=2)(&|$)|/images\?|/imgres\?"),
    "videos": re.compile(r"[?&](tbm=vid|udm=7)(&|$)"),
    "news": re.compile(r"[?&](tbm=nws|udm=12)(&|$)"),
    "local": re.compile(
        r"[?&](ludocid|rlst|rldimm)=|[?&]tbm=lcl(&|$)|^https?://maps\.google\.|/maps\?"
    ),
}
_AI_WORDS = re.compile(
    r"^(AI Overview|KI-\u00dcbersicht|\u00dcbersicht mit KI|Aper\u00e7u IA|Resumen (creado por|de) (la )?IA|Vis\u00e3o geral criada por IA|Panoramica IA|AI-overzicht)",
    re.IGNORECASE,
)


def find_boxes(document: Document) -> dict[str, object]:
    """True or False for each kind; the knowledge panel by its title, "" where there is none."""
    frames = [document.by_id[name] for name in marks.ORGANIC_FRAMES if name in document.by_id]
    frame = frames[0] if frames else document.by_id.get("main")
    found: dict[str, object] = dict.fromkeys(_MORE_LINKS, False)
    for anchor in frame.links() if frame else []:
        for kind, pattern in _MORE_LINKS.items():
            if not found[kind] and pattern.search(anchor.get("href")):
                found[kind] = not _is_tab(anchor)
    found["knowledge_panel"] = _read_panel_title(document)
    found["ai_overview"] = _has_ai_overview(document)
    return found


def _is_tab(anchor: Node) -> bool:
    """Without JavaScript the frame holds the tabs "Images" and "News" too."""
    return any(node.get("role") in {"navigation", "tablist"} for node in anchor.ancestors) or (
        anchor.parent is not None and len(anchor.parent.links()) > 3
    )


def _read_panel_title(document: Document) -> str:
    for node in document.nodes:
        if node.attributes.get("data-attrid") == "title" and node.text:
            return node.text
    return ""


def _has_ai_overview(document: Document) -> bool:
    box = document.by_id.get(marks.AI_OVERVIEW)
    if box is not None and box.text:
        return True
    headings = [
        node
        for node in document.nodes
        if node.get("role") == "heading" or node.name in {"h1", "h2"}
    ]
    return any(_AI_WORDS.match(node.text) for node in headings[:200])
