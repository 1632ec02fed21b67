"""What cannot be said with a constraint: who may follow whom on a slot, and which steps exist."""

from django.db import migrations

from marketplace.append_only import append_only, known_steps

TASK_STEPS = {
    "draft": ("open", "held", "cancelled"),
    "held": ("open", "cancelled"),
    "open": ("allocated", "cancelled", "expired"),
    "allocated": ("open", "completed", "cancelled", "expired"),
}
ASSIGNMENT_STEPS = {
    "in_progress": ("submitted", "returned", "expired"),
    "submitted": ("approved", "rework", "rejected"),
    "rework": ("submitted", "returned", "expired"),
}
GUARD_SLOTS = """
CREATE FUNCTION tasks_guard_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.worker_id IS NOT NULL AND NEW.worker_id IS NOT NULL
       AND NEW.worker_id <> OLD.worker_id THEN
        RAISE EXCEPTION 'a held slot is not given to somebody else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.worker_id IS NULL AND NEW.worker_id IS NOT NULL AND NEW.lease <> OLD.lease + 1 THEN
        RAISE EXCEPTION 'a new holder has a new lease'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tasks_slot_is_guarded BEFORE UPDATE ON tasks_slot
FOR EACH ROW EXECUTE FUNCTION tasks_guard_slot();
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]
    operations = [
        append_only("tasks_taskevent"),
        append_only("tasks_submission"),
        append_only("tasks_review"),
        known_steps("tasks_task", TASK_STEPS),
        known_steps("tasks_assignment", ASSIGNMENT_STEPS),
        migrations.RunSQL(
            GUARD_SLOTS,
            "DROP TRIGGER tasks_slot_is_guarded ON tasks_slot; DROP FUNCTION tasks_guard_slot;",
        ),
    ]
