"""Django admin with our own site in it."""

from django.contrib.admin.apps import AdminConfig


class OperatorsAdminConfig(AdminConfig):
    default_site = "marketplace.admin.OperatorSite"
