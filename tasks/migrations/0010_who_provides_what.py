"""Who provides what on each task, kept as it was posted."""

from django.db import migrations, models
from django.db.models import Q

# What went without saying before anybody was asked; as `provisions.rules.usually_provided`.
WHAT_WAS_USUAL = """
UPDATE tasks_task SET provided_by =
       'cc' || CASE WHEN kind = 'booking' THEN 'w' ELSE 'c' END
            || CASE WHEN mechanism IN ('sealed_first_price', 'sealed_second_price', 'open_descending',
                                       'best_value', 'uniform_price', 'clients_choice')
                    THEN 'm' ELSE 'c' END
            || CASE WHEN latitude IS NULL THEN 'wwww-' ELSE 'cwwww' END
            || 'wncnnm'
"""
TERMS = (
    "client_id escrow_id currency pay_cents fee_basis_points slot_count mechanism seed_hex".split()
)


def guard(terms: list[str]) -> str:
    new, old = (", ".join(f"{row}.{name}" for name in terms) for row in ("NEW", "OLD"))
    return f"""
CREATE OR REPLACE FUNCTION tasks_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND ({new}) IS DISTINCT FROM ({old}) THEN
        RAISE EXCEPTION 'the terms of a posted task stay as they were posted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""  # nosec B608: constants of this module


class Migration(migrations.Migration):
    dependencies = [("tasks", "0009_tasks_of_a_room")]

    operations = [
        migrations.AddField(
            "task",
            "provided_by",
            models.CharField(default="ccccwwww-wncnnm", editable=False, max_length=15),
            preserve_default=False,
        ),
        migrations.RunSQL(WHAT_WAS_USUAL, migrations.RunSQL.noop),
        # The change of every row has to be over before the table can be altered again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"),
        migrations.AddConstraint(
            "task",
            models.CheckConstraint(
                condition=Q(provided_by__regex="^[cmown-]{15}$"),
                name="a_task_says_who_provides_what",
            ),
        ),
        migrations.RunSQL(guard([*TERMS, "provided_by"]), guard(TERMS)),
    ]
