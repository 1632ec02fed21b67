"""The doors of statuses."""

from django.urls import path

from statuses import views

urlpatterns = [
    path("profile/statuses/", views.statuses, name="statuses"),
    path("profile/statuses/choose/", views.choose, name="status_choose"),
    path("profile/statuses/<int:held_id>/end/", views.end, name="status_end"),
]
