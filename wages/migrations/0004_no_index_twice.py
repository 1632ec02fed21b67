"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_initial"),
        ("wages", "0003_never_emptied"),
        ("workers", "0006_available_workers_by_proof"),
    ]
    operations = [
        without_own_index(
            "measuredpay",
            "client",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="measured_pay",
                to="clients.client",
            ),
            "wages_measuredpay_client_id_71474b40",
        ),
        without_own_index(
            "timeentry",
            "worker",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="time_entries",
                to="workers.worker",
            ),
            "wages_timeentry_worker_id_07bc5e72",
        ),
    ]
