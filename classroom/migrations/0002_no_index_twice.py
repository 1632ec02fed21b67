"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [("classroom", "0001_classes")]
    operations = [
        without_own_index(
            "round",
            "classroom",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="rounds",
                to="classroom.classroom",
            ),
            "classroom_round_classroom_id_90916fd8",
        ),
    ]
