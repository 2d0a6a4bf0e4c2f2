"""By which words and links a box tells what it is, on the pages of any engine."""

import re

from serp.text import fold_text

LONGEST_HEADING = 60

# Headings, folded. Only those of whole boxes: words within results are never looked at.
HEADINGS = {
    "ai_overview": re.compile(
        r"^(ai (overview|answer|summary|mode response)|ki-\u00fcbersicht|\u00fcbersicht mit ki|ki-antwort|aper\u00e7u ia|resumen (creado por|de) (la )?ia"
        r"|vis\u00e3o geral (criada por|de) ia|panoramica ia|ai-overzicht|\u043e\u0431\u0437\u043e\u0440 \u043e\u0442 \u0438\u0438|ai \u306b\u3088\u308b\u6982\u8981"
        r"|copilot (answer|search)|search assist|duckassist|ask brave|answer with ai)\b"
    ),
    "images": re.compile(
        r"^(images|bilder|im\u00e1genes|imagens|immagini|afbeeldingen|obrazy|\u043a\u0430\u0440\u0442\u0438\u043d\u043a\u0438|\u0437\u043e\u0431\u0440\u0430\u0436\u0435\u043d\u043d\u044f|h\u00ecnh \u1ea3nh|\u753b\u50cf|\u56fe\u7247)(\b|$)"
    ),
    "videos": re.compile(
        r"^(short videos|kurze videos|videos?|v[i\u00ed]deos?( curtos| cortos)?|video's|filmy|\u0432\u0438\u0434\u0435\u043e|\u0432\u0456\u0434\u0435\u043e|\u52d5\u753b|\u89c6\u9891)( (of|for|about|von|zu|de|pour|para|su) .*)?$"
    ),
    "news": re.compile(
        r"^(top stories|local news|latest (news|from)|(latest )?news( (about|for|on) .*)?$|schlagzeilen|aktuelle (nachrichten|meldungen)|\u00e0 la une|actualit\u00e9s|noticias( destacadas| principales)?"
        r"|not\u00edcias|principais not\u00edcias|notizie( principali)?|hoofdnieuws|\u0433\u043b\u0430\u0432\u043d\u044b\u0435 \u043d\u043e\u0432\u043e\u0441\u0442\u0438|\u043d\u043e\u0432\u043e\u0441\u0442\u0438|\u30c8\u30c3\u30d7\u30cb\u30e5\u30fc\u30b9)"
    ),
    "local_pack": re.compile(
        r"^hotels \||^(places|businesses|locations|local results|orte|standorte|unternehmen|lieux|lugares|locais|luoghi|locaties|\u043c\u0435\u0441\u0442\u0430|\u043e\u0440\u0433\u0430\u043d\u0438\u0437\u0430\u0446\u0438\u0438)(\b|$)"
    ),
}
# The path or host of "more of these", as most engines name it.
MORE_LINKS = {
    "images": re.compile(
        r"//images\.search\.|/images/search\b|[/?&]images?\?|[?&]ia=images|[?&]cat=images"
    ),
    "videos": re.compile(
        r"//video\.search\.|/videos?/search\b|/videos?\?|[?&]ia=videos|[?&]cat=video"
    ),
    "news": re.compile(r"//news\.search\.|/news/search\b|/news\?q|[?&]ia=news|[?&]cat=news"),
    "local_pack": re.compile(r"/maps\?.*(ss=|q=)|//local\.search\.|[?&]iaxm=maps|/local\?q"),
}


def kind_of_heading(text: str) -> str:
    """The kind of box that a heading announces, "" where it is none of those known."""
    folded = fold_text(text[: LONGEST_HEADING + 1])
    if not folded or len(folded) > LONGEST_HEADING:
        return ""
    return next((kind for kind, words in HEADINGS.items() if words.search(folded)), "")
