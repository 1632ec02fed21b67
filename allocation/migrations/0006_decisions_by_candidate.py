"""Let everybody find the decisions in which they were a candidate, whatever came of it."""

import django.contrib.postgres.indexes
from django.db import migrations

import allocation.models

WORKERS_IN = """
CREATE FUNCTION allocation_workers_in(decision jsonb) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT (ranked ->> 'worker')::bigint
                   FROM jsonb_array_elements(decision -> 'ranking') ranked)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("allocation", "0005_entries_and_windows")]
    operations = [
        migrations.RunSQL(WORKERS_IN, "DROP FUNCTION allocation_workers_in(jsonb)"),
        migrations.AddIndex(
            model_name="allocation",
            index=django.contrib.postgres.indexes.GinIndex(
                allocation.models.WorkersIn("decision"), name="decisions_by_candidate"
            ),
        ),
    ]
