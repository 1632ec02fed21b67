"""A migration operation for tables whose rows, once written, never change."""

from django.db import migrations

CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RAISE EXCEPTION '% is append-only: a row is never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def append_only(table: str) -> migrations.RunSQL:
    """Let the database refuse UPDATE, DELETE and TRUNCATE on `table`, whoever asks."""
    return migrations.RunSQL(
        sql=f"""
        {CREATE_FUNCTION}
        CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
        {refuse_emptying(table)}
        """,
        reverse_sql=f"DROP TRIGGER {table}_is_append_only ON {table}; {allow_emptying(table)}",
    )


def never_emptied(*tables: str) -> migrations.RunSQL:
    """Let the database refuse TRUNCATE, which triggers per row do not see."""
    return migrations.RunSQL(
        sql=CREATE_FUNCTION + "".join(refuse_emptying(table) for table in tables),
        reverse_sql="".join(allow_emptying(table) for table in tables),
    )


def refuse_emptying(table: str) -> str:
    """Again is harmless: a database may be older than the day when `append_only` began to do it."""
    return f"""
        CREATE OR REPLACE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """


def allow_emptying(table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {table}_is_never_emptied ON {table};"


KEEP_FUNCTION = """
CREATE OR REPLACE FUNCTION keep_what_was_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a row of % is never deleted', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RAISE EXCEPTION '% keeps what was written', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def keeps(table: str, *columns: str, or_when: str = "false") -> migrations.RunSQL:
    """Let the database refuse a change of these `columns`, or one `or_when` is true of, and DELETE."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return migrations.RunSQL(
        sql=f"""
        {CREATE_FUNCTION} {KEEP_FUNCTION}
        CREATE TRIGGER {table}_keeps_what_was_written BEFORE UPDATE ON {table} FOR EACH ROW
        WHEN (({old}) IS DISTINCT FROM ({new}) OR {or_when})
        EXECUTE FUNCTION keep_what_was_written();
        CREATE TRIGGER {table}_is_never_deleted BEFORE DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION keep_what_was_written();
        {refuse_emptying(table)}
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_keeps_what_was_written ON {table};
        DROP TRIGGER {table}_is_never_deleted ON {table};
        {allow_emptying(table)}
        """,
    )


def known_steps(table: str, steps: dict[str, tuple[str, ...]]) -> migrations.RunSQL:
    """Let the database refuse a change of `state` that `steps` (from → to, …) does not know."""
    pairs = ", ".join(f"('{a}', '{b}')" for a, after in steps.items() for b in after)
    return migrations.RunSQL(
        sql=f"""
        CREATE OR REPLACE FUNCTION {table}_knows_its_steps() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({pairs}) THEN
                RAISE EXCEPTION '{table} cannot go from % to %', OLD.state, NEW.state
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$;
        DROP TRIGGER IF EXISTS {table}_knows_its_steps ON {table};
        CREATE TRIGGER {table}_knows_its_steps BEFORE UPDATE OF state ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_knows_its_steps();
        """,
        reverse_sql=f"DROP TRIGGER {table}_knows_its_steps ON {table};",
    )
