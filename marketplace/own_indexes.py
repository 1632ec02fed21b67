"""A migration operation for foreign keys whose own index another index makes useless."""

from django.db import migrations, models


def without_own_index(
    model: str, name: str, field: models.ForeignKey, index: str
) -> migrations.SeparateDatabaseAndState:
    """Drop `index`, which Django made for the foreign key `name`, and nothing else.

    Django's own AlterField drops every index of just this column, also the unique one of a
    constraint with a condition, and makes the foreign key anew, which reads all rows.
    """
    table = index.partition(f"_{name}_id_")[0]
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(f"DROP INDEX {index}", f"CREATE INDEX {index} ON {table} ({name}_id)")
        ],
        state_operations=[migrations.AlterField(model, name, field)],
    )
