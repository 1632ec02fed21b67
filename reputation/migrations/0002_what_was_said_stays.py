"""An opinion is only ever revealed or hidden: what was said, by whom and when stays."""

from django.db import migrations

GUARD = """
CREATE FUNCTION reputation_guard_opinion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an opinion is never deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF (NEW.assignment_id, NEW.side, NEW.by_id, NEW.score, NEW.reason, NEW.written_at)
       IS DISTINCT FROM
          (OLD.assignment_id, OLD.side, OLD.by_id, OLD.score, OLD.reason, OLD.written_at)
       OR (OLD.revealed_at IS NOT NULL AND NEW.revealed_at IS DISTINCT FROM OLD.revealed_at)
       OR (OLD.hidden_at IS NOT NULL AND NEW.hidden_at IS DISTINCT FROM OLD.hidden_at) THEN
        RAISE EXCEPTION 'what was said stays as it was said'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER reputation_opinion_is_guarded BEFORE UPDATE OR DELETE ON reputation_opinion
FOR EACH ROW EXECUTE FUNCTION reputation_guard_opinion();
"""


class Migration(migrations.Migration):
    dependencies = [("reputation", "0001_opinions")]
    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER reputation_opinion_is_guarded ON reputation_opinion;"
            "DROP FUNCTION reputation_guard_opinion;",
        )
    ]
