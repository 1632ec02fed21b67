"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

application = get_wsgi_application()
reverse("home")  # read all addresses and their pages now, not while the first visitor waits

# What is loaded by now stays. Otherwise every full garbage collection looks through all of it again,
# for a tenth of a second in the middle of somebody's page.
gc.collect()
gc.freeze()
