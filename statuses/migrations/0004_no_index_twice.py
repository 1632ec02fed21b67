"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("statuses", "0003_never_emptied"),
        ("workers", "0006_available_workers_by_proof"),
    ]
    operations = [
        without_own_index(
            "workedas",
            "worker",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="+", to="workers.worker"
            ),
            "statuses_workedas_worker_id_e0eb6a04",
        ),
    ]
