"""A version past the first has an operator under it and changes nothing that was posted before."""

from django.db import migrations

GUARD = """
CREATE FUNCTION allocation_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id IS NULL THEN
        RAISE EXCEPTION 'a version is published by an operator'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF NEW.valid_from < NEW.published_at THEN
        RAISE EXCEPTION 'a version is published before it holds'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF NEW.published_at < (SELECT max(published_at) FROM allocation_mechanismversion
                               WHERE mechanism = NEW.mechanism AND number < NEW.number) THEN
        RAISE EXCEPTION 'a version is published after the one before it'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF EXISTS (SELECT FROM tasks_task
                   WHERE mechanism = NEW.mechanism AND posted_at >= NEW.valid_from) THEN
        RAISE EXCEPTION 'a task keeps the version it was posted under'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_version_is_announced BEFORE INSERT ON allocation_mechanismversion
FOR EACH ROW WHEN (NEW.number > 1) EXECUTE FUNCTION allocation_guard_version();
"""
LET_GO = """
DROP TRIGGER a_version_is_announced ON allocation_mechanismversion;
DROP FUNCTION allocation_guard_version;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0010_what_people_asked_for_stays"),
        ("tasks", "0016_no_index_twice"),
    ]
    operations = [migrations.RunSQL(GUARD, LET_GO)]
