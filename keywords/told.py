"""Sentences that workers and checks store in English, for those who read another language.

A sentence is found again by its pattern; what is not known here is shown as it stands.
"""

import re
from collections.abc import Iterator
from functools import cache

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, gettext_noop

SENTENCES = (
    # rows of an upload: see keywords.uploads.checking
    gettext_noop("Empty row."),
    gettext_noop("Empty keyword."),
    gettext_noop("Stands above the header."),
    gettext_noop("Repeats the header."),
    gettext_noop("Unbalanced quote."),
    gettext_noop("Holds a NUL byte."),
    gettext_noop("Holds half of a character (a lone surrogate)."),
    gettext_noop("Holds the control character %(code)s."),
    gettext_noop("Duplicate of row %(row)s."),
    gettext_noop("Already in the list “%(name)s”."),
    gettext_noop("Over the limit of %(limit)s keywords."),
    gettext_noop("%(count)s characters, the limit is %(limit)s."),
    gettext_noop("%(count)s tags, the limit is %(limit)s."),
    gettext_noop(
        "Has %(cells)s cells where the file has 1 column: a text that holds the delimiter needs quotes."
    ),
    gettext_noop(
        "Has %(cells)s cells where the file has %(columns)s columns:"
        " a text that holds the delimiter needs quotes."
    ),
    gettext_noop("%(cell)s is not a country code of two letters."),
    gettext_noop("%(cell)s is not a language code such as en or pt-BR."),
    gettext_noop("%(cell)s is neither desktop nor mobile."),
    gettext_noop("%(cell)s is not a priority from 0 to 9."),
    # saved pages
    gettext_noop("Neither the page nor the name of the file tells what was searched for."),
    gettext_noop(
        "Not recognized as a results page of an engine that is known here;"
        " choose the engine yourself if it is one."
    ),
    # verdicts: see serp.verdicts
    gettext_noop("%(engine)s answered with a captcha and wants proof that a person is asking."),
    gettext_noop("%(engine)s asks for consent to its cookies before it shows results."),
    gettext_noop("%(engine)s refuses to answer programs, or this network."),
    gettext_noop("%(engine)s sends an empty page to programs that do not run its JavaScript."),
    gettext_noop("%(engine)s found nothing for these words."),
    gettext_noop(
        "The answer is no results page that we know: %(engine)s may have changed its pages."
    ),
    gettext_noop("The answer of %(engine)s could not be understood."),
    gettext_noop("The answer of %(engine)s is not what its interface promises."),
    gettext_noop("The results have nothing to do with the keyword."),
    gettext_noop("%(engine)s wants a sign-in."),
    gettext_noop("%(engine)s wants to be paid."),
    gettext_noop("%(engine)s refused the request."),
    gettext_noop("%(engine)s refused the request for legal reasons."),
    gettext_noop("%(engine)s gave up waiting for the request."),
    gettext_noop("%(engine)s wants the request again, later."),
    gettext_noop("%(engine)s says that too many requests come from here."),
    gettext_noop("%(engine)s says that there are too many requests at once."),
    gettext_noop("%(engine)s has a fault of its own."),
    gettext_noop("%(engine)s does not accept this request."),
    gettext_noop("%(engine)s does not accept the key."),
    gettext_noop("%(engine)s sent us on to an address that is not a results page."),
    gettext_noop("The searches of this key at %(engine)s are used up."),
    gettext_noop("The proxy wants a sign-in."),
    gettext_noop("The name of the server could not be found."),
    gettext_noop("The name %(host)s could not be found."),
    gettext_noop("The server could not be reached."),
    gettext_noop("No secure connection to the server could be made."),
    gettext_noop("The server took too long to answer."),
    gettext_noop("The connection broke before the answer was complete."),
    gettext_noop("The answer was larger than is read."),
    gettext_noop("The server sent us from one address to the next without end."),
    gettext_noop(
        "The address is private or not on the web, and this source may not use such addresses."
    ),
    gettext_noop("The server sent us to another site, which this source may not use."),
    gettext_noop("The proxy did not let the request through."),
    gettext_noop("What the server sent is not a valid answer."),
    gettext_noop("The search was cancelled."),
    # places of ads, as a test of a source keeps them
    gettext_noop("Top ad"),
    gettext_noop("Bottom ad"),
    gettext_noop("Side ad"),
    # sources: see keywords.budgets and keywords.sources
    gettext_noop("Used up: the budget of %(limit)s requests a day."),
    gettext_noop("Used up: the budget of %(limit)s requests a month."),
    gettext_noop("The source is switched off."),
    gettext_noop("Made-up results from this machine: for trying things out without a network."),
)
PLACE = re.compile(r"%\((\w+)\)s")
GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


def say(sentence: str) -> str:
    if not sentence or (get_language() or "en").startswith("en"):
        return sentence
    for pattern, source in known():
        if found := pattern.fullmatch(sentence):
            values = {name: regroup(value) for name, value in found.groupdict().items()}
            return gettext(source) % values if values else gettext(source)
    return sentence


@cache
def known() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile("".join(build(source))), source) for source in SENTENCES)


def build(source: str) -> Iterator[str]:
    """Whatever stands at a name may stand there; all else word for word."""
    end = 0
    for place in PLACE.finditer(source):
        yield re.escape(source[end : place.start()])
        yield f"(?P<{place[1]}>.+)"
        end = place.end()
    yield re.escape(source[end:])


def regroup(value: str) -> str:
    """1,000 as the language writes it."""
    return (
        number_format(int(value.replace(",", "")), force_grouping=True)
        if GROUPED.fullmatch(value)
        else value
    )
