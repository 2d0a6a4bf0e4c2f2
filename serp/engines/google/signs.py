"""The signs by which a page of Google's is judged."""

import re

from serp.document import Document
from serp.engines.google import marks
from serp.engines.nothing_found import find_words, gives_advice, is_nearly_bare
from serp.types import Serp
from serp.urls import is_engine_host
from serp.verdicts import PageSigns

# "did not match any documents" in the languages in which it was seen or is documented; matched only
# within the frame, and only on pages without results.
_NO_RESULTS = re.compile(
    r"did not match any (documents|articles|results)|no results found for|about 0 results|keine mit (deiner|ihrer) suchanfrage|stimmt mit keinen dokumenten"
    r"|aucun document ne correspond|ne correspond \u00e0 aucun|no ha(n)? (obtenido|encontrado) ning\u00fan resultado|no coincide con ning|no se han encontrado resultados"
    r"|n\u00e3o (encontrou|corresponde a) nenhum|nessun (risultato|documento)|non ha prodotto risultati|geen (documenten|resultaten)|komt niet overeen met"
    r"|\u043d\u0438\u0447\u0435\u0433\u043e \u043d\u0435 \u043d\u0430\u0439\u0434\u0435\u043d\u043e|\u043d\u0435 \u0437\u043d\u0430\u0439\u0434\u0435\u043d\u043e|\u043d\u0435 \u043d\u0430\u0439\u0434\u0435\u043d\u043e \u043d\u0438 \u043e\u0434\u043d\u043e\u0433\u043e"
    r"|\u306b\u4e00\u81f4\u3059\u308b\u60c5\u5831\u306f\u898b\u3064\u304b\u308a\u307e\u305b\u3093|\u627e\u4e0d\u5230\u548c\u60a8\u67e5\u8be2|\u627e\u4e0d\u5230\u8207|\uc77c\uce58\ud558\ub294 \uac80\uc0c9\uacb0\uacfc\uac00 \uc5c6|kh\u00f4ng t\u00ecm th\u1ea5y"
    r"|ikke noe resultat|matchade inte n\u00e5gra|hi\u00e7bir (sonu\u00e7|belge)|nie zosta\u0142o odnalezion|\u0e44\u0e21\u0e48\u0e1e\u0e1a|nije prona\u0111en|ne odgovara nijedan",
    re.IGNORECASE,
)
MOST_LINKS_OUT = 5  # on a page that found nothing
FEW_LINKS_OUT = 2  # where the words are not Google's own
_SCRIPT_RETRY = re.compile(r"/httpservice/retry/enablejs|[?&]emsg=SG_REL", re.IGNORECASE)


def find_signs(document: Document, serp: Serp, engine_title: str) -> PageSigns:
    frame = find_page_frame(document)
    # Ads alone, where the frame is gone, are no proof that there are no other results.
    results = len(serp.organic) + (len(serp.ads) if frame else 0)
    return PageSigns(
        engine_title=engine_title,
        results=results,
        frame=frame,
        no_results="" if results else _find_no_results(document, serp),
        needs_js="" if frame else _find_script_retry(document) or _find_empty_title(document),
    )


def find_page_frame(document: Document) -> str:
    """The element that only a results page has, filled or not: "" on shells, refusals, the home page."""
    for name in marks.PAGE_FRAMES:
        if name in document.by_id:
            return f"#{name}"
    return "#main" if _is_scriptless_page(document) else ""


def _is_scriptless_page(document: Document) -> bool:
    """Without JavaScript the frame has only the id "main", which shells and home pages may have too."""
    main = document.by_id.get("main")
    if main is None:
        return False
    return any(
        field.get("name") == "q" and field.get("value")
        for field in document.by_name.get("input", [])
    )


def _find_no_results(document: Document, serp: Serp) -> str:
    if serp.total_results == 0:
        return f'the page says "{serp.stats_raw}"'
    if _count_links_out(serp) > MOST_LINKS_OUT or not _is_nearly_bare(document):
        return ""  # results, perhaps of other words, in a layout not known
    for section in document.all_with_id(*marks.NO_RESULT_SECTIONS)[:10]:
        match = _NO_RESULTS.search(section.text)
        if match:
            return f'#{section.get("id")} says "{match.group()}"'
        if gives_advice(section, serp.query_echo):
            return f"#{section.get('id')} repeats the query and gives advice"
    return _find_words_of_any(document) if _count_links_out(serp) <= FEW_LINKS_OUT else ""


def _is_nearly_bare(document: Document) -> bool:
    frames = document.all_with_id(*marks.PAGE_FRAMES)
    return is_nearly_bare(frames or document.all_with_id("main"))


def _find_words_of_any(document: Document) -> str:
    for section in document.all_with_id(*marks.NO_RESULT_SECTIONS)[:10]:
        words = find_words(section.text)
        if words:
            return f'#{section.get("id")} says "{words}"'
    return ""


def _count_links_out(serp: Serp) -> int:
    sites = {
        link.url for link in serp.links if link.url and not is_engine_host(link.domain, "google")
    }
    return len(sites) + sum(1 for link in serp.links if link.opaque)


def _find_empty_title(document: Document) -> str:
    """A page of results has the words searched for in its title, in whatever language; what Google
    gives to browsers that it will not serve has its own name alone."""
    return f'title "{document.title}"' if document.title == "Google Search" else ""


def _find_script_retry(document: Document) -> str:
    for meta in document.by_name.get("meta", []):
        match = _SCRIPT_RETRY.search(meta.get("content"))
        if match:
            return f"meta refresh to {match.group()}"
    for anchor in document.links[:40]:
        match = _SCRIPT_RETRY.search(anchor.get("href"))
        if match:
            return f"link with {match.group()}"
    return ""
