"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("reputation", "0003_never_emptied"),
        ("tasks", "0015_assignments_are_never_emptied"),
    ]
    operations = [
        without_own_index(
            "opinion",
            "assignment",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="opinions",
                to="tasks.assignment",
            ),
            "reputation_opinion_assignment_id_3d748707",
        ),
    ]
