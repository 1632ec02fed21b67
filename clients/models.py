"""Who posts and pays."""

from django.conf import settings
from django.db import models

from accounts.names import shown


class Client(models.Model):
    """The client side of one account."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    about = models.TextField(blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return shown(self.name)
