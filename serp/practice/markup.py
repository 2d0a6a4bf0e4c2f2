"""The practice engine's own HTML. The names that its parser relies on stand in serp.engines.practice."""

from html import escape
from urllib.parse import quote, urlencode

from serp.practice import words
from serp.practice.content import PAGES, Asked, Content, Entry

NOTICE = "Practice engine: this page and everything on it is made up."
STYLE = """
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:44rem;padding:1rem}
.notice{background:#fde68a;color:#422006;border-radius:.4rem;padding:.35rem .75rem;font-size:.85rem}
form{display:flex;gap:.5rem;margin:1rem 0}input{flex:1;padding:.5rem .75rem;font:inherit}
.stats,.where{color:#6b7280;font-size:.85rem;margin:0}
.hit,.promo{margin:1.25rem 0}.hit h3,.promo h3{margin:.1rem 0;font-weight:500;font-size:1.15rem}
.promo{border-left:3px solid #16a34a;padding-left:.75rem}.tag{font-weight:700;font-size:.75rem}
.text{margin:.15rem 0}.more a{margin-right:1rem}.box{border:1px solid #9ca3af55;border-radius:.5rem;padding:.5rem 1rem}
""".strip()


def render(content: Content) -> str:
    body = render_nothing(content) if content.found_nothing else render_results(content)
    return document(content.asked, f"{content.asked.keyword} - Practice search", body)


def document(asked: Asked, title: str, body: str) -> str:
    keyword = escape(asked.keyword)
    return f"""<!doctype html>
<html lang="{escape(asked.language)}" data-engine="practice"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>{escape(title)}</title><style>{STYLE}</style></head>
<body class="{escape(asked.device)}"><p class="notice">{NOTICE}</p>
<form id="ask" action="/search"><input name="q" value="{keyword}" aria-label="Search"><button>Search</button></form>
{body}
</body></html>
"""


def render_results(content: Content) -> str:
    stats = f'<p class="stats" id="stats">{escape(content.stats)}</p>' if content.stats else ""
    return "\n".join(
        (
            stats,
            '<main id="found">',
            render_ads("top", content.top_ads),
            '<ol id="hits" style="list-style:none;padding:0">',
            *map(render_hit, content.organic),
            "</ol>",
            render_questions(content.questions),
            render_ads("bottom", content.bottom_ads),
            render_related(content),
            render_pager(content.asked),
            "</main>",
        )
    )


def render_ads(block: str, ads: tuple[Entry, ...]) -> str:
    """The box stands there without ads too, as on real pages: an empty box is not an ad."""
    return f'<section id="promo-{block}">{"".join(map(render_ad, ads))}</section>'


def render_ad(ad: Entry) -> str:
    click = f"/click?to={quote(ad.url, safe='')}"
    return f"""<div class="promo"><span class="tag">Ad</span> <cite class="where">{escape(ad.display_url)}</cite>
<h3><a class="name" href="{escape(click)}">{escape(ad.title)}</a></h3><p class="text">{escape(ad.snippet)}</p></div>
"""


def render_hit(hit: Entry) -> str:
    return f"""<li class="hit"><cite class="where">{escape(hit.display_url)}</cite>
<h3><a class="name" href="{escape(hit.url)}">{escape(hit.title)}</a></h3>
<p class="text">{escape(hit.snippet)}</p>{render_sitelinks(hit)}</li>"""


def render_sitelinks(hit: Entry) -> str:
    if not hit.sitelinks:
        return ""
    links = (f'<a href="{escape(link.url)}">{escape(link.title)}</a>' for link in hit.sitelinks)
    return f'<p class="more">{" ".join(links)}</p>'


def render_questions(questions: tuple[str, ...]) -> str:
    if not questions:
        return ""
    items = "".join(
        f"<details><summary>{escape(q)}</summary>It depends.</details>" for q in questions
    )
    return f'<section id="questions" class="box"><h2>People also ask</h2>{items}</section>'


def render_related(content: Content) -> str:
    if not content.related:
        return ""
    items = "".join(
        f'<li><a href="{search_url(content.asked, keyword=phrase)}">{escape(phrase)}</a></li>'
        for phrase in content.related
    )
    return f'<section id="related"><h2>Related searches</h2><ul>{items}</ul></section>'


def render_pager(asked: Asked) -> str:
    links = "".join(
        f'<a href="{search_url(asked, page=page)}">{page}</a> '
        for page in range(1, PAGES + 1)
        if page != asked.page
    )
    return f'<nav id="pages">{links}</nav>'


def search_url(asked: Asked, *, keyword: str = "", page: int = 1) -> str:
    parameters = {"q": keyword or asked.keyword, "page": page, "hl": asked.language}
    return escape(f"/search?{urlencode(parameters)}")


def render_nothing(content: Content) -> str:
    language = content.asked.language if content.asked.language in words.NOTHING else "en"
    text = words.NOTHING[language].format(keyword=content.asked.keyword)
    return f'<main id="found"><p id="nothing">{escape(text)}</p></main>'


def render_other_layout(content: Content) -> str:
    """The same results after a redesign that nobody announced."""
    rows = "".join(
        f'<tr><td><b><a href="{escape(e.url)}">{escape(e.title)}</a></b><br>{escape(e.snippet)}</td></tr>'
        for e in (*content.top_ads, *content.organic)
    )
    body = f'<div class="x-9f3"><table>{rows}</table></div>'
    return document(content.asked, f"{content.asked.keyword} - Practice search", body)
