"""What only grows is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_transfers_are_numbered")]

    operations = [
        never_emptied("ledger_transfer"),
    ]
