"""A ruling is never changed, and never by the client whose task it is about."""

from django.db import migrations

from marketplace.append_only import append_only

GUARD = """
CREATE FUNCTION screening_guard_ruling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM tasks_task t JOIN clients_client c ON c.id = t.client_id
                WHERE t.id = NEW.task_id AND c.user_id = NEW.by_id) THEN
        RAISE EXCEPTION 'nobody rules on their own task'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER screening_ruling_is_somebody_elses BEFORE INSERT ON screening_ruling
FOR EACH ROW EXECUTE FUNCTION screening_guard_ruling();
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_rulings")]
    operations = [
        append_only("screening_ruling"),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER screening_ruling_is_somebody_elses ON screening_ruling;"
            "DROP FUNCTION screening_guard_ruling;",
        ),
    ]
