"""Answers that were given under an Idempotency-Key, so that asking twice does nothing twice."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class IdempotentAnswer(models.Model):
    """What one person was answered to one key. Forgotten after a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_person_and_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="answers_oldest_first")]

    def __str__(self) -> str:
        return f"answer to {self.key}"
