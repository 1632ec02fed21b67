"""The hours of every assignment of a shift, written by the database, and never two at once."""

from django.db import migrations

from marketplace.append_only import append_only

# Two ranges of the same worker that overlap are refused; one shift may begin when another ends.
EXCLUDE = """
ALTER TABLE shifts_attendance ADD CONSTRAINT nobody_works_two_shifts_at_once
EXCLUDE USING gist (int8range(worker_id, worker_id, '[]') WITH &&,
                    tstzrange(starts_at, ends_at) WITH &&) WHERE (is_held);
"""
# Every way of giving out a slot writes an assignment, so this is where no way can be forgotten.
NOTE = """
CREATE FUNCTION shifts_note_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO shifts_attendance (assignment_id, worker_id, starts_at, ends_at, is_held)
        SELECT NEW.id, NEW.worker_id, starts_at, ends_at, true
          FROM shifts_shift WHERE task_id = NEW.task_id;
    ELSE
        UPDATE shifts_attendance SET is_held = NEW.state NOT IN ('returned', 'expired')
         WHERE assignment_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER shifts_hours_of_a_new_assignment AFTER INSERT ON tasks_assignment
FOR EACH ROW EXECUTE FUNCTION shifts_note_attendance();
CREATE TRIGGER shifts_hours_of_an_ended_assignment AFTER UPDATE OF state ON tasks_assignment
FOR EACH ROW WHEN (NEW.state IN ('returned', 'expired')) EXECUTE FUNCTION shifts_note_attendance();
"""
# A shift that is handed in before it begins could be paid by the clock before it is worked.
NOT_BEFORE = """
CREATE FUNCTION shifts_guard_hand_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM shifts_shift
                WHERE task_id = NEW.task_id AND starts_at > NEW.submitted_at) THEN
        RAISE EXCEPTION 'a shift is handed in once it has begun'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shifts_are_worked_first BEFORE UPDATE OF state ON tasks_assignment
FOR EACH ROW WHEN (NEW.state = 'submitted') EXECUTE FUNCTION shifts_guard_hand_in();
"""
FORGET = """
DROP TRIGGER shifts_hours_of_an_ended_assignment ON tasks_assignment;
DROP TRIGGER shifts_hours_of_a_new_assignment ON tasks_assignment;
DROP FUNCTION shifts_note_attendance;
"""


class Migration(migrations.Migration):
    dependencies = [("shifts", "0001_shifts")]
    operations = [
        migrations.RunSQL(
            EXCLUDE,
            "ALTER TABLE shifts_attendance DROP CONSTRAINT nobody_works_two_shifts_at_once;",
        ),
        migrations.RunSQL(NOTE, FORGET),
        migrations.RunSQL(
            NOT_BEFORE,
            "DROP TRIGGER shifts_are_worked_first ON tasks_assignment;"
            "DROP FUNCTION shifts_guard_hand_in;",
        ),
        append_only("shifts_shift"),
        append_only("shifts_cancellation"),
    ]
