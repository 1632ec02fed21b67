"""The doors of reputation."""

from django.urls import path

from reputation import views

urlpatterns = [
    path("clients/<int:client_id>/", views.client_page, name="client_page"),
    path("workers/<int:worker_id>/", views.worker_page, name="worker_page"),
    path("opinions/<int:assignment_id>/", views.opinion, name="opinion"),
]
