"""What workers were shown, what they answered and reported is never changed afterwards."""

from django.db import migrations

from marketplace.append_only import append_only, known_steps

UPLOAD_STEPS = {"draft": ("due", "discarded"), "due": ("posted",)}
# Rows of a draft may be replaced by another table; rows behind posted tasks only gain their task.
GUARD_ROWS = """
CREATE FUNCTION batches_guard_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.task_id IS NOT NULL THEN
        RAISE EXCEPTION 'a row that was posted stays as it was posted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER batches_row_is_guarded BEFORE UPDATE OR DELETE ON batches_row
FOR EACH ROW EXECUTE FUNCTION batches_guard_row();
"""


class Migration(migrations.Migration):
    dependencies = [("batches", "0001_initial")]
    operations = [
        append_only("batches_template"),
        append_only("batches_answers"),
        append_only("batches_file"),
        append_only("batches_report"),
        known_steps("batches_upload", UPLOAD_STEPS),
        migrations.RunSQL(
            GUARD_ROWS,
            "DROP TRIGGER batches_row_is_guarded ON batches_row; DROP FUNCTION batches_guard_row;",
        ),
    ]
