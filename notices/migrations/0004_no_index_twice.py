"""Foreign keys whose own index is the beginning of another have none."""

from django.conf import settings
from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_proofs_are_told"),
        ("workers", "0006_available_workers_by_proof"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        without_own_index(
            "notice",
            "person",
            models.ForeignKey(
                db_index=False,
                on_delete=models.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
            "notices_notice_person_id_94368381",
        ),
        without_own_index(
            "preference",
            "person",
            models.ForeignKey(
                db_index=False,
                on_delete=models.CASCADE,
                related_name="preferences",
                to=settings.AUTH_USER_MODEL,
            ),
            "notices_preference_person_id_199e9b5a",
        ),
        without_own_index(
            "savedsearch",
            "worker",
            models.ForeignKey(
                db_index=False,
                on_delete=models.CASCADE,
                related_name="searches",
                to="workers.worker",
            ),
            "notices_savedsearch_worker_id_2af8aab1",
        ),
    ]
