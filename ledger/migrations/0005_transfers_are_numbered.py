"""Number transfers as they are written, so that a statement has one order."""

import django.db.models as models
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_bonuses")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE ledger_transfer_number", "DROP SEQUENCE ledger_transfer_number"
        ),
        migrations.AddField(
            "transfer",
            "number",
            models.BigIntegerField(
                unique=True,
                editable=False,
                db_default=models.Func(models.Value("ledger_transfer_number"), function="nextval"),
            ),
        ),
    ]
