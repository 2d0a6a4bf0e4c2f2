"""How any engine says that it found nothing, in any language.

Looked for only inside the frame of a results page on which no result was found, and only where
next to nothing leads elsewhere: a page whose results are not understood is a changed layout.
"""

import re
from collections.abc import Iterable

from serp.document import Node
from serp.text import fold_text

WITHIN = 600  # characters: what an engine says about all of its results stands first
# To read in the frame of a page that found nothing: 700 characters at most were seen, and 1,700 at
# least where there are results.
LONGEST = 1_200

# fmt: off
_WORDS = re.compile(
    r"\bno (more |web |search )?(results|matches)\b|(did not|didn.t|couldn.t|could not) (find|match|return) any|nothing (was )?found"
    r"|no (pages|documents|items) (were |was )?(found|match)"
    r"|keine (such|web|such-)?(ergebnisse|treffer)|nichts gefunden"
    r"|aucun (r\u00e9sultat|document)|pas de r\u00e9sultat"
    r"|no (se )?(ha|hay|hemos|encontr)\w* .{0,30}resultado|ning\u00fan resultado|sin resultados"
    r"|nessun (risultato|documento)|nenhum resultado|n\u00e3o (encontr|h\u00e1|for)\w* .{0,30}resultado|sem resultados"
    r"|geen (zoek)?(resultaten|documenten)|nie (znaleziono|znale\u017ali\u015bmy)|brak wynik\u00f3w"
    r"|(inga|hittade inga) (s\u00f6k)?(resultat|tr\u00e4ffar)|ingen (s\u00f8ge|s\u00f8ke)?(resultater|hits|treff)|ei (haku)?tuloksia|ei l\u00f6ytynyt"
    r"|\u017e\u00e1dn\u00e9 v\u00fdsledky|nenalezen|nincs tal\u00e1lat|niciun rezultat|nu s-au g\u0103sit|sonu\u00e7 (bulunamad\u0131|yok)|nema rezultata"
    r"|\u03b4\u03b5\u03bd \u03b2\u03c1\u03ad\u03b8\u03b7\u03ba|\u043d\u0438\u0447\u0435\u0433\u043e \u043d\u0435 \u043d\u0430(\u0439\u0434\u0435\u043d|\u0448\u043b)|\u043d\u0456\u0447\u043e\u0433\u043e \u043d\u0435 \u0437\u043d\u0430\u0439\u0434\u0435\u043d|\u043d\u044f\u043c\u0430 (\u043d\u0430\u043c\u0435\u0440\u0435\u043d\u0438 )?\u0440\u0435\u0437\u0443\u043b\u0442\u0430\u0442"
    r"|\u898b\u3064\u304b\u308a\u307e\u305b\u3093|\u691c\u7d22\u7d50\u679c.{0,4}\u3042\u308a\u307e\u305b\u3093|(\u6ca1\u6709|\u6c92\u6709|\u672a)\u627e\u5230|\u627e\u4e0d\u5230|(\u6ca1\u6709\u4e0e|\u6c92\u6709\u8207).{0,40}\u7ed3?\u7d50?\u679c"
    r"|\uac80\uc0c9 ?\uacb0\uacfc\uac00 \uc5c6|\uacb0\uacfc\ub97c \ucc3e\uc744 \uc218 \uc5c6|kh\u00f4ng (t\u00ecm th\u1ea5y|c\u00f3) k\u1ebft qu\u1ea3|\u0e44\u0e21\u0e48\u0e1e\u0e1a|tidak (ada|ditemukan) hasil"
    r"|\u0644\u0627 (\u062a\u0648\u062c\u062f|\u064a\u0648\u062c\u062f) .{0,12}\u0646\u062a\u0627\u0626\u062c|\u0644\u0645 .{0,60}(\u0646\u062a\u0627\u0626\u062c|\u0645\u0633\u062a\u0646\u062f\u0627\u062a)|\u05dc\u05d0 \u05e0\u05de\u05e6\u05d0\u05d5|\u0915\u094b\u0908 \u092a\u0930\u093f\u0923\u093e\u092e \u0928\u0939\u0940\u0902",
    re.IGNORECASE,
)
# fmt: on


def is_nearly_bare(frames: Iterable[Node]) -> bool:
    return all(len(frame.document.visible_text_of(frame)) <= LONGEST for frame in frames)


def find_words(text: str) -> str:
    """The words by which the text says so, "" where it does not."""
    match = _WORDS.search(text[:WITHIN])
    return match.group() if match else ""


def gives_advice(section: Node, query: str) -> bool:
    """In any language: the query in emphasis, then a list of tips, which hold no links."""
    wanted = fold_text(query).strip("\"' ")
    repeats = [
        node
        for node in section.named("em", "b", "strong", "span")
        if node.text and fold_text(node.text).strip("\"'\u201c\u201d\u201e\u00ab\u00bb ") == wanted
    ]
    tips = [item for item in section.named("li")[:20] if item.text and not item.links()]
    inner = [item for item in tips if any(item.contains(each) for each in repeats)]
    told = [item for item in tips if item not in inner]
    return bool(repeats) and len(told) > 1 and told[0].index > repeats[0].index
