"""The terms that escrow and pay were worked out from stay as they were agreed."""

from django.db import migrations

# Refunds are worked out from these fields, and the tasks of a batch share one escrow: a changed
# pay would be paid from money that was put aside for another task.
GUARD_TERMS = """
CREATE FUNCTION tasks_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft'
       AND (NEW.client_id, NEW.escrow_id, NEW.currency, NEW.pay_cents, NEW.fee_basis_points,
            NEW.slot_count, NEW.mechanism, NEW.seed_hex)
        IS DISTINCT FROM
           (OLD.client_id, OLD.escrow_id, OLD.currency, OLD.pay_cents, OLD.fee_basis_points,
            OLD.slot_count, OLD.mechanism, OLD.seed_hex) THEN
        RAISE EXCEPTION 'the terms of a posted task stay as they were posted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tasks_task_keeps_its_terms BEFORE UPDATE ON tasks_task
FOR EACH ROW EXECUTE FUNCTION tasks_guard_terms();
"""
GUARD_AWARDS = """
CREATE FUNCTION tasks_guard_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an assignment is never deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'UPDATE'
       AND (NEW.task_id, NEW.slot_id, NEW.lease, NEW.worker_id, NEW.pay_cents, NEW.started_at)
        IS DISTINCT FROM
           (OLD.task_id, OLD.slot_id, OLD.lease, OLD.worker_id, OLD.pay_cents, OLD.started_at) THEN
        RAISE EXCEPTION 'what was awarded stays as it was awarded'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'INSERT'
       AND NEW.pay_cents > (SELECT pay_cents FROM tasks_task WHERE id = NEW.task_id) THEN
        RAISE EXCEPTION 'an award stays within the budget'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER tasks_award_is_guarded BEFORE INSERT OR UPDATE OR DELETE ON tasks_assignment
FOR EACH ROW EXECUTE FUNCTION tasks_guard_award();
"""
# A lease that could be changed without a new holder, or a dropped slot that could come back, would
# undo what the slot's own guard promises.
GUARD_LEASES = """
CREATE FUNCTION tasks_guard_lease() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lease <> OLD.lease AND (OLD.worker_id IS NOT NULL OR NEW.worker_id IS NULL) THEN
        RAISE EXCEPTION 'only a new holder makes a new lease'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.dropped_at IS NOT NULL AND NEW.dropped_at IS NULL THEN
        RAISE EXCEPTION 'a dropped slot stays dropped: its escrow went back'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tasks_slot_lease_is_guarded BEFORE UPDATE ON tasks_slot
FOR EACH ROW EXECUTE FUNCTION tasks_guard_lease();
"""


def guard(sql: str, table: str, trigger: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(sql, f"DROP TRIGGER {trigger} ON {table}; DROP FUNCTION {function};")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_what_the_database_refuses")]
    operations = [
        guard(GUARD_TERMS, "tasks_task", "tasks_task_keeps_its_terms", "tasks_guard_terms"),
        guard(GUARD_AWARDS, "tasks_assignment", "tasks_award_is_guarded", "tasks_guard_award"),
        guard(GUARD_LEASES, "tasks_slot", "tasks_slot_lease_is_guarded", "tasks_guard_lease"),
    ]
