"""A migration operation for tables whose rows, once written, never change."""

from django.db import migrations

CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a row is never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def append_only(table: str) -> migrations.RunSQL:
    """Let the database refuse UPDATE and DELETE on `table`, whoever asks."""
    return migrations.RunSQL(
        sql=CREATE_FUNCTION
        + f"""
        CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
        """,
        reverse_sql=f"DROP TRIGGER {table}_is_append_only ON {table};",
    )


def never_emptied(*tables: str) -> migrations.RunSQL:
    """Let the database refuse TRUNCATE too, which triggers per row do not see."""
    return migrations.RunSQL(
        sql=CREATE_FUNCTION
        + "".join(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
            for table in tables
        ),
        reverse_sql="".join(f"DROP TRIGGER {t}_is_never_emptied ON {t};\n" for t in tables),
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
