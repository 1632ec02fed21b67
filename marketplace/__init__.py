"""The site: settings, addresses, the processes that serve it and the doorbell between them."""

from marketplace.celery import app as celery_app

__all__ = ["celery_app"]
