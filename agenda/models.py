"""What is due and when: the rows that make the market move."""

from django.db import models


class DueWork(models.Model):
    """One thing to do at or after a moment. The only kind of row that is ever deleted.

    A message from the broker is just a doorbell; this row is the work. Rows may be doubled or late
    without harm, because every handler looks at the facts again under a lock. Rows are only
    inserted and deleted, never updated by the actions that schedule them, so scheduling cannot
    wait for anybody.
    """

    topic = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = "due work"
        verbose_name_plural = "due work"
        indexes = [
            models.Index(fields=["due_at", "id"], name="due_work_by_time"),
            models.Index(fields=["topic", "subject_id"], name="due_work_about_a_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject_id}"


class Heartbeat(models.Model):
    """When a process last showed that it lives. `/readyz` reads the sweep's."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
