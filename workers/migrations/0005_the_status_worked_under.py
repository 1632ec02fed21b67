"""Under which status a worker works now."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workers', '0004_what_workers_have_shown'),
    ]

    operations = [
        migrations.AddField(
            model_name='worker',
            name='work_status',
            field=models.CharField(blank=True, editable=False, max_length=24),
        ),
    ]
