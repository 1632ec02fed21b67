"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("batches", "0006_never_emptied"),
        ("clients", "0001_initial"),
        ("tasks", "0015_assignments_are_never_emptied"),
    ]
    operations = [
        without_own_index(
            "report",
            "assignment",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="reports",
                to="tasks.assignment",
            ),
            "batches_report_assignment_id_db0f2cff",
        ),
        without_own_index(
            "row",
            "upload",
            models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="rows", to="batches.upload"
            ),
            "batches_row_upload_id_1f100af6",
        ),
        without_own_index(
            "template",
            "client",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="templates",
                to="clients.client",
            ),
            "batches_template_client_id_5f8bf0ec",
        ),
        without_own_index(
            "upload",
            "client",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="uploads",
                to="clients.client",
            ),
            "batches_upload_client_id_cfa30762",
        ),
    ]
