"""What the API does by the clock."""

from celery import shared_task
from django.utils import timezone

from api.idempotency import forget_old_answers


@shared_task(name="api.forget_old_answers")
def forget(**_: object) -> None:
    forget_old_answers(timezone.now())
