"""The figures of this market, as a page and for programs."""

from django.urls import path

from transparency import views

urlpatterns = [
    path("transparency/", views.transparency, name="transparency"),
    path("transparency.json", views.transparency_json, name="transparency_json"),
]
