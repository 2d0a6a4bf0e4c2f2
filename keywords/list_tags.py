"""The tags of a list: those that its first keywords have, the most frequent first."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func

# A list is mostly tagged as a whole, so its first keywords tell; no page reads a million rows for a few words.
LOOKED_AT = 100
SHOWN = 4


def tags_of_list() -> Func:
    """An annotation of lists: their tags, at most SHOWN."""
    return Func(
        F("pk"),
        template=TAGS,
        looked_at=LOOKED_AT,
        shown=SHOWN,
        output_field=ArrayField(CharField(max_length=50)),
    )


TAGS = """ARRAY(SELECT tag FROM (
    SELECT unnest(first.tags) AS tag FROM (SELECT tags FROM keywords_keyword
        WHERE keyword_list_id = %(expressions)s ORDER BY id LIMIT %(looked_at)s) first) each_one
    GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %(shown)s)"""
