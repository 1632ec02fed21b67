"""The lab's addresses. A key is written in the letters of `simulation.models.KEY_LETTERS`."""

from django.urls import path, re_path

from simulation import views

KEY = r"(?P<key>[a-z0-9]{10})"

urlpatterns = [
    path("", views.lab, name="simulate"),
    path("ask/", views.ask, name="ask"),
    path("new/<slug:preset>/", views.experiment_new, name="experiment_new"),
    path("theory/", views.theory, name="theory"),
    path("theory/moving/", views.theory_moving, name="theory_moving"),
    path("theory/examine/", views.theory_examine, name="theory_examine"),
    path("literature/", views.literature, name="literature"),
    path("literature/examine/", views.literature_examine, name="literature_examine"),
    re_path(rf"^{KEY}/$", views.experiment, name="experiment"),
    re_path(rf"^{KEY}/moving/$", views.experiment_moving, name="experiment_moving"),
    re_path(rf"^{KEY}/cancel/$", views.experiment_cancel, name="experiment_cancel"),
    re_path(rf"^{KEY}/resume/$", views.experiment_resume, name="experiment_resume"),
    re_path(
        rf"^{KEY}/measures\.(?P<kind>csv|json|parquet)$",
        views.experiment_measures,
        name="experiment_measures",
    ),
    re_path(rf"^{KEY}/codebook\.csv$", views.experiment_codebook, name="experiment_codebook"),
    re_path(rf"^{KEY}/bundle\.json$", views.experiment_bundle, name="experiment_bundle"),
]
