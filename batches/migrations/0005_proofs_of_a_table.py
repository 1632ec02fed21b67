"""What the tasks of a table ask proof of."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('batches', '0004_what_the_client_says_they_provide'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='proofs',
            field=models.JSONField(default=list),
        ),
    ]
