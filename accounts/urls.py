"""Becoming a client or a worker."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("start/client/", views.become_client, name="become_client"),
    path("start/worker/", views.become_worker, name="become_worker"),
]
