"""Whether results are invented: whoever looks at several lists at once has to be told too."""

from functools import cache

from django.db import connection

from keywords.link_search.scope import Scope
from serp.engines.registry import ENGINE_MODULES, get_engine

# A list has its keywords row by row, each at every one of its sources; so its first keywords know them all.
LOOKED_AT = 20


def has_made_up(scope: Scope) -> bool:
    """Costs a look at the beginning of each list, and nothing where no source invents anything."""
    engines = list_inventing_engines()
    with connection.cursor() as cursor:
        values = [engines, LOOKED_AT, scope.user.pk, scope.list_id, scope.list_id]
        cursor.execute(FIND, values)
        (found,) = cursor.fetchone()
    return bool(found)


@cache
def list_inventing_engines() -> list[str]:
    return [name for name in ENGINE_MODULES if get_engine(name).made_up]


FIND = """
WITH made_up AS MATERIALIZED (SELECT id FROM keywords_source WHERE engine = ANY(%s))
SELECT EXISTS (SELECT FROM made_up) AND EXISTS (
    SELECT FROM keywords_keywordlist l CROSS JOIN LATERAL (
        SELECT k.source_id FROM keywords_keyword k WHERE k.keyword_list_id = l.id ORDER BY k.id LIMIT %s
    ) k
    WHERE l.owner_id = %s AND (%s::bigint IS NULL OR l.id = %s) AND k.source_id IN (SELECT id FROM made_up)
)
"""
