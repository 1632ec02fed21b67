"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0008_unsealed_is_never_emptied"),
        ("tasks", "0015_assignments_are_never_emptied"),
        ("workers", "0006_available_workers_by_proof"),
    ]
    operations = [
        without_own_index(
            "allocation",
            "task",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="allocations",
                to="tasks.task",
            ),
            "allocation_allocation_task_id_2beeb0a3",
        ),
        without_own_index(
            "claim",
            "task",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="claims", to="tasks.task"
            ),
            "allocation_claim_task_id_e0cd9e28",
        ),
        without_own_index(
            "entry",
            "task",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="entries", to="tasks.task"
            ),
            "allocation_entry_task_id_fe68283b",
        ),
        without_own_index(
            "offer",
            "worker",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="offers", to="workers.worker"
            ),
            "allocation_offer_worker_id_de015184",
        ),
    ]
