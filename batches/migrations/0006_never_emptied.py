"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("batches", "0005_proofs_of_a_table")]
    operations = [
        never_emptied(
            "batches_template", "batches_answers", "batches_file", "batches_report", "batches_row"
        )
    ]
