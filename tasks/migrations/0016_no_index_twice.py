"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_initial"),
        ("tasks", "0015_assignments_are_never_emptied"),
        ("workers", "0006_available_workers_by_proof"),
    ]
    operations = [
        without_own_index(
            "assignment",
            "slot",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="assignments",
                to="tasks.slot",
            ),
            "tasks_assignment_slot_id_e56a7072",
        ),
        without_own_index(
            "assignment",
            "task",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="assignments",
                to="tasks.task",
            ),
            "tasks_assignment_task_id_53c45b5e",
        ),
        without_own_index(
            "assignment",
            "worker",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="assignments",
                to="workers.worker",
            ),
            "tasks_assignment_worker_id_46e49ca8",
        ),
        without_own_index(
            "share",
            "batch",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="shares", to="tasks.batch"
            ),
            "tasks_share_batch_id_8959b41b",
        ),
        without_own_index(
            "slot",
            "task",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="slots", to="tasks.task"
            ),
            "tasks_slot_task_id_ef4b70b5",
        ),
        without_own_index(
            "submission",
            "assignment",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="submissions",
                to="tasks.assignment",
            ),
            "tasks_submission_assignment_id_33a25ad6",
        ),
        without_own_index(
            "task",
            "client",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="tasks", to="clients.client"
            ),
            "tasks_task_client_id_556892eb",
        ),
        without_own_index(
            "taskevent",
            "task",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="events", to="tasks.task"
            ),
            "tasks_taskevent_task_id_bfe419b4",
        ),
        without_own_index(
            "taskevent",
            "worker",
            models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=models.PROTECT, to="workers.worker"
            ),
            "tasks_taskevent_worker_id_2bfed416",
        ),
    ]
