"""Every address of the site, by door."""

from django.contrib import admin
from django.urls import include, path

from marketplace import views
from marketplace.installed import service_worker
from marketplace.styleguide import styleguide

urlpatterns = [
    path("api/", include("api.urls")),  # first: programs ask most, and addresses are tried in turn
    path("", views.home, name="home"),
    path("welcome/", views.welcome, name="welcome"),
    path("help/", views.help_page, name="help"),
    path("help/<slug:side>/", views.help_side, name="help_side"),
    path("about/", views.about, name="about"),
    path("offline/", views.offline, name="offline"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("styleguide/", styleguide, name="styleguide"),
    path("demo/be/", views.demo_login, name="demo_login"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("notices.urls")),
    path("", include("wages.urls")),
    path("", include("shifts.urls")),
    path("", include("reputation.urls")),
    path("", include("proofs.urls")),
    path("", include("statuses.urls")),
    path("", include("workers.urls")),
    path("", include("clients.urls")),
    path("", include("batches.urls")),
    path("", include("disputes.urls")),
    path("", include("ledger.urls")),
    path("", include("accounts.urls")),
    path("", include("rights.urls")),
    path("", include("transparency.urls")),
    path("mechanisms/", include("allocation.urls")),
    path("lab/", include("simulation.urls")),
    path("class/", include("classroom.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
