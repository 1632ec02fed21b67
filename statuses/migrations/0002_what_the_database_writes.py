"""The database records the status of each assignment; the limits that come with the product."""

from django.db import migrations

from marketplace.append_only import append_only
from statuses.actions import load_limits

# Every way of giving out a slot writes an assignment, so this is where no way can be forgotten.
NOTE = """
CREATE FUNCTION statuses_note_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statuses_workedas (assignment_id, worker_id, status, seconds, at)
    SELECT NEW.id, w.id, w.work_status, t.estimate_seconds, NEW.started_at
      FROM workers_worker w, tasks_task t
     WHERE w.id = NEW.worker_id AND w.work_status <> '' AND t.id = NEW.task_id;
    RETURN NULL;
END $$;
CREATE TRIGGER statuses_status_of_a_new_assignment AFTER INSERT ON tasks_assignment
FOR EACH ROW EXECUTE FUNCTION statuses_note_status();
"""


def load(apps, schema_editor):
    load_limits(apps.get_model("statuses", "StatusLimit"))


class Migration(migrations.Migration):
    dependencies = [("statuses", "0001_statuses"), ("workers", "0005_the_status_worked_under")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        append_only("statuses_statuslimit"),
        append_only("statuses_workedas"),
        migrations.RunSQL(
            NOTE,
            "DROP TRIGGER statuses_status_of_a_new_assignment ON tasks_assignment;"
            "DROP FUNCTION statuses_note_status;",
        ),
    ]
