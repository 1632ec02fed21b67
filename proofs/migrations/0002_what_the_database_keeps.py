"""The database keeps the accepted proofs on the worker, and nobody accepts their own."""

from django.db import migrations

from marketplace.append_only import known_steps

STEPS = {"shown": ("accepted", "refused", "withdrawn"), "accepted": ("expired", "withdrawn")}
KEEP = """
CREATE FUNCTION proofs_keep_on_the_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE workers_worker SET proofs = ARRAY(
        SELECT kind_id FROM proofs_proof
         WHERE worker_id = NEW.worker_id AND state = 'accepted' ORDER BY kind_id)
     WHERE id = NEW.worker_id;
    RETURN NULL;
END $$;
CREATE TRIGGER proofs_are_kept_on_the_worker AFTER INSERT OR UPDATE OF state ON proofs_proof
FOR EACH ROW EXECUTE FUNCTION proofs_keep_on_the_worker();
"""
GUARD = """
CREATE FUNCTION proofs_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a proof is never deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF EXISTS (SELECT FROM workers_worker
                   WHERE id = NEW.worker_id AND user_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'nobody decides on their own proof'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'UPDATE' AND OLD.state <> 'shown'
       AND (NEW.worker_id, NEW.kind_id, NEW.text, NEW.decided_by_id, NEW.decided_at, NEW.reason)
        IS DISTINCT FROM
           (OLD.worker_id, OLD.kind_id, OLD.text, OLD.decided_by_id, OLD.decided_at, OLD.reason) THEN
        RAISE EXCEPTION 'what was decided of a proof stays as it was decided'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER proofs_proof_is_guarded BEFORE INSERT OR UPDATE OR DELETE ON proofs_proof
FOR EACH ROW EXECUTE FUNCTION proofs_guard_decision();
"""


class Migration(migrations.Migration):
    dependencies = [("proofs", "0001_proofs"), ("workers", "0004_what_workers_have_shown")]
    operations = [
        known_steps("proofs_proof", STEPS),
        migrations.RunSQL(
            KEEP,
            "DROP TRIGGER proofs_are_kept_on_the_worker ON proofs_proof;"
            "DROP FUNCTION proofs_keep_on_the_worker;",
        ),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER proofs_proof_is_guarded ON proofs_proof;"
            "DROP FUNCTION proofs_guard_decision;",
        ),
    ]
