"""Nobody decides in their own matter, no decision changes, and no held rejection sneaks through."""

from django.db import migrations

from marketplace.append_only import append_only, known_steps

QUESTIONS = ("heldrejection", "dispute", "humanreview", "problemticket")

GUARD_QUESTIONS = """
CREATE FUNCTION disputes_guard_question() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a question is never deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF OLD.decided_at IS NOT NULL THEN
        RAISE EXCEPTION 'a decision of a person is never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF (NEW.text, NEW.asked_by_id, NEW.asked_at)
          IS DISTINCT FROM (OLD.text, OLD.asked_by_id, OLD.asked_at) THEN
        RAISE EXCEPTION 'what was asked stays as it was asked'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER disputes_{name}_is_guarded BEFORE UPDATE OR DELETE ON disputes_{name}
FOR EACH ROW EXECUTE FUNCTION disputes_guard_question();
"""
    for name in QUESTIONS
)

# Whom a question concerns: they do not decide it, whatever else they are here. An operator may be a
# client or a worker too.
CONCERNED = {
    "heldrejection": """
        SELECT c.user_id FROM tasks_submission s JOIN tasks_assignment a ON a.id = s.assignment_id
          JOIN tasks_task t ON t.id = a.task_id JOIN clients_client c ON c.id = t.client_id
         WHERE s.id = NEW.submission_id
        UNION ALL
        SELECT w.user_id FROM tasks_submission s JOIN tasks_assignment a ON a.id = s.assignment_id
          JOIN workers_worker w ON w.id = a.worker_id WHERE s.id = NEW.submission_id""",
    "dispute": """
        SELECT c.user_id FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
          JOIN clients_client c ON c.id = t.client_id WHERE a.id = NEW.assignment_id
        UNION ALL
        SELECT w.user_id FROM tasks_assignment a JOIN workers_worker w ON w.id = a.worker_id
         WHERE a.id = NEW.assignment_id
        UNION ALL
        SELECT r.by_id FROM tasks_review r JOIN tasks_submission s ON s.id = r.submission_id
         WHERE s.assignment_id = NEW.assignment_id
        UNION ALL
        SELECT h.decided_by_id FROM disputes_heldrejection h
          JOIN tasks_submission s ON s.id = h.submission_id
         WHERE s.assignment_id = NEW.assignment_id""",
    "humanreview": """
        SELECT c.user_id FROM allocation_allocation a JOIN tasks_task t ON t.id = a.task_id
          JOIN clients_client c ON c.id = t.client_id WHERE a.id = NEW.allocation_id
        UNION ALL
        SELECT v.by_id FROM allocation_allocation a
          JOIN allocation_mechanismversion v ON v.id = a.version_id WHERE a.id = NEW.allocation_id
        UNION ALL
        SELECT w.user_id FROM allocation_allocation a
          CROSS JOIN jsonb_array_elements(a.decision -> 'ranking') AS ranked
          JOIN workers_worker w ON w.id = (ranked ->> 'worker')::bigint
         WHERE a.id = NEW.allocation_id""",
}
GUARD_DECIDERS = "".join(
    f"""
CREATE FUNCTION disputes_guard_decider_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id IS NOT NULL AND (
           NEW.decided_by_id = NEW.asked_by_id
        OR NEW.decided_by_id IN ({concerned})
        OR NOT EXISTS (SELECT FROM accounts_user u
                        WHERE u.id = NEW.decided_by_id AND u.is_staff AND u.is_active)) THEN
        RAISE EXCEPTION 'a {name} is not theirs to decide'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_{name}_has_a_fair_decider BEFORE INSERT OR UPDATE ON disputes_{name}
FOR EACH ROW EXECUTE FUNCTION disputes_guard_decider_of_{name}();
"""  # nosec B608: names of our own
    for name, concerned in CONCERNED.items()
)

# A problem is answered by the client whose task it is about, and afterwards by an operator too; never
# by who reported it.
GUARD_ANSWERS = """
CREATE FUNCTION disputes_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id IS NOT NULL AND (
           NEW.decided_by_id = NEW.asked_by_id
        OR NOT (
            EXISTS (SELECT FROM tasks_task t JOIN clients_client c ON c.id = t.client_id
                     WHERE t.id = NEW.task_id AND c.user_id = NEW.decided_by_id)
            OR (NEW.escalated_at IS NOT NULL AND EXISTS (
                SELECT FROM accounts_user u
                 WHERE u.id = NEW.decided_by_id AND u.is_staff AND u.is_active)))) THEN
        RAISE EXCEPTION 'a problem is not theirs to decide'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_problemticket_has_a_fair_answer
BEFORE INSERT OR UPDATE ON disputes_problemticket
FOR EACH ROW EXECUTE FUNCTION disputes_guard_answer();
"""

GUARD_HELD = """
CREATE FUNCTION disputes_guard_held_rejection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.verdict = 'rejected' AND EXISTS (
        SELECT FROM disputes_heldrejection h
         WHERE h.submission_id = NEW.submission_id AND h.outcome <> 'agreed') THEN
        RAISE EXCEPTION 'a held rejection takes effect only when an operator has agreed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_held_rejections_wait BEFORE INSERT ON tasks_review
FOR EACH ROW EXECUTE FUNCTION disputes_guard_held_rejection();
"""

ASSIGNMENT_STEPS = {
    "in_progress": ("submitted", "returned", "expired"),
    "submitted": ("approved", "rework", "rejected"),
    "rework": ("submitted", "returned", "expired"),
    "rejected": ("approved",),
}
STEPS_BEFORE = {state: after for state, after in ASSIGNMENT_STEPS.items() if state != "rejected"}
GUARD_REJECTED = """
CREATE FUNCTION disputes_guard_overturning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'rejected' AND NEW.state = 'approved' AND NOT EXISTS (
        SELECT FROM disputes_dispute d
         WHERE d.assignment_id = NEW.id AND d.outcome = 'overturned') THEN
        RAISE EXCEPTION 'a task''s assignment cannot go from rejected to approved without a dispute decided so'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_overturning_is_decided BEFORE UPDATE OF state ON tasks_assignment
FOR EACH ROW EXECUTE FUNCTION disputes_guard_overturning();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disputes", "0001_what_waits_for_a_person"),
        ("tasks", "0005_a_reserve_beyond_the_slots"),
    ]
    operations = [
        append_only("disputes_statement"),
        migrations.RunSQL(
            GUARD_QUESTIONS,
            "".join(
                f"DROP TRIGGER disputes_{name}_is_guarded ON disputes_{name};"
                for name in QUESTIONS
            )
            + "DROP FUNCTION disputes_guard_question;",
        ),
        migrations.RunSQL(
            GUARD_DECIDERS,
            "".join(
                f"DROP TRIGGER disputes_{name}_has_a_fair_decider ON disputes_{name};"
                f"DROP FUNCTION disputes_guard_decider_of_{name};"
                for name in CONCERNED
            ),
        ),
        migrations.RunSQL(
            GUARD_ANSWERS,
            "DROP TRIGGER disputes_problemticket_has_a_fair_answer ON disputes_problemticket;"
            "DROP FUNCTION disputes_guard_answer;",
        ),
        migrations.RunSQL(
            GUARD_HELD,
            "DROP TRIGGER disputes_held_rejections_wait ON tasks_review;"
            "DROP FUNCTION disputes_guard_held_rejection;",
        ),
        migrations.RunSQL(
            known_steps("tasks_assignment", ASSIGNMENT_STEPS).sql,
            known_steps("tasks_assignment", STEPS_BEFORE).sql,
        ),
        migrations.RunSQL(
            GUARD_REJECTED,
            "DROP TRIGGER disputes_overturning_is_decided ON tasks_assignment;"
            "DROP FUNCTION disputes_guard_overturning;",
        ),
    ]
