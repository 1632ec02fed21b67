"""A key that signed and the fact of a deletion are never changed or taken away."""

from django.db import migrations

from marketplace.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_keys_and_deletions")]
    operations = [append_only("rights_signingkey"), append_only("rights_deletion")]
