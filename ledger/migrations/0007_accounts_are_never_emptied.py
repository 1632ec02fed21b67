"""Nor are the accounts, whose rows the database guards one by one."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_never_emptied")]
    operations = [never_emptied("ledger_account")]
