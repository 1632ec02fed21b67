"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("proofs", "0002_what_the_database_keeps")]
    operations = [never_emptied("proofs_proof")]
