"""Brings standings up to date without joins.

What was joined here were tables whose size the planner could not know: rows that a statement has just changed, planned
once for a session, and keywords of which the statistics say that there are none. It chose to compare all with all; a
thousand searches that were written together then took minutes. Now each statement looks at one table, by arrays, and
compares before with after by grouping; and it takes the index, however small a table is said to be.
"""

from django.db import migrations

REFRESH = """
CREATE OR REPLACE FUNCTION keywords_refresh_standings(searches bigint[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    keywords bigint[];
BEGIN
    keywords := ARRAY(
        SELECT id FROM keywords_keyword WHERE latest_search_id = ANY(searches) ORDER BY id FOR NO KEY UPDATE);
    UPDATE keywords_keyword SET standing = keywords_standing_of(latest_search_id)
    WHERE id = ANY(keywords) AND standing <> keywords_standing_of(latest_search_id);
END $$;
"""

BY_JOB = """
CREATE OR REPLACE FUNCTION keywords_standing_by_job() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    jobs bigint[];
BEGIN
    jobs := ARRAY(
        SELECT id FROM (
            SELECT id, state, true AS is_new FROM after WHERE kind = 'keywords.search'
            UNION ALL SELECT id, state, false FROM before WHERE kind = 'keywords.search') both_states
        GROUP BY id
        HAVING min(state) FILTER (WHERE is_new) <> min(state) FILTER (WHERE NOT is_new)
            AND NOT bool_and(state IN ('available', 'running')));
    IF cardinality(jobs) > 0 THEN
        PERFORM keywords_refresh_standings(ARRAY(SELECT id FROM keywords_search WHERE job_id = ANY(jobs)));
    END IF;
    RETURN NULL;
END $$;
"""

BY_SEARCH = """
CREATE OR REPLACE FUNCTION keywords_standing_by_search() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    searches bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        searches := ARRAY(SELECT id FROM after WHERE outcome <> '');
    ELSE
        searches := ARRAY(
            SELECT id FROM (
                SELECT id, outcome, job_id, true AS is_new FROM after
                UNION ALL SELECT id, outcome, job_id, false FROM before) both_states
            GROUP BY id
            HAVING min(outcome) FILTER (WHERE is_new) <> min(outcome) FILTER (WHERE NOT is_new)
                OR min(job_id) FILTER (WHERE is_new) IS DISTINCT FROM min(job_id) FILTER (WHERE NOT is_new));
    END IF;
    IF cardinality(searches) > 0 THEN
        PERFORM keywords_refresh_standings(searches);
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0009_batch_request"),
        ("keywords", "0014_preferences"),
    ]

    operations = [
        # Back: an older version works with these functions as well.
        migrations.RunSQL(REFRESH, migrations.RunSQL.noop),
        migrations.RunSQL(BY_JOB, migrations.RunSQL.noop),
        migrations.RunSQL(BY_SEARCH, migrations.RunSQL.noop),
    ]
