"""The doors of the three wages and the diary."""

from django.urls import path

from wages import views

urlpatterns = [
    path("earnings/wages/", views.wages, name="worker_wages"),
    path("earnings/wages.csv", views.wages_csv, name="worker_wages_csv"),
    path("earnings/time/", views.keep_time, name="keep_time"),
    path("earnings/time/beat/", views.beat, name="time_beat"),
    path("earnings/time/<int:entry_id>/delete/", views.delete_entry, name="time_delete"),
]
