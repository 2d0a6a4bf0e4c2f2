"""Indexes of pg_trgm, for texts that are looked for in the middle.

The extension belongs to PostgreSQL and needs no superuser, but a managed server may not have it, or not allow it.
Then everything works without: such questions read every row in question, and say so where that takes too long. Where
the extension comes later, `migrate keywords 0009` and `migrate` add the indexes.
"""

import logging

from django.db import DatabaseError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

logger = logging.getLogger(__name__)

STATEMENTS = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # "In which ad URLs is this text?" Not for the other links of a page, of which there are the most: what they
    # would cost each search is more than what they would bring.
    (
        "CREATE INDEX keywords_link_url_holds ON keywords_resultlink"
        " USING gin (upper(url) gin_trgm_ops) WHERE NOT block = 'other'"
    ),
    # The search field of every page: keywords that contain what is typed.
    (
        "CREATE INDEX keywords_keyword_text_holds ON keywords_keyword"
        " USING gin (upper(text) gin_trgm_ops)"
    ),
]


def add_indexes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    connection = schema_editor.connection
    try:
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(statement)
    except DatabaseError as error:
        logger.warning("No pg_trgm here, so questions to texts read more rows: %s", error)


def drop_indexes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP INDEX IF EXISTS keywords_link_url_holds")
    schema_editor.execute("DROP INDEX IF EXISTS keywords_keyword_text_holds")


class Migration(migrations.Migration):
    dependencies = [("keywords", "0009_links_of_a_domain")]

    operations = [migrations.RunPython(add_indexes, drop_indexes)]
