"""Foreign keys whose own index is the beginning of another have none."""

from django.conf import settings
from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_answers_to_idempotency_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        without_own_index(
            "idempotentanswer",
            "user",
            models.ForeignKey(
                db_index=False, on_delete=models.CASCADE, to=settings.AUTH_USER_MODEL
            ),
            "api_idempotentanswer_user_id_849381b9",
        ),
    ]
