"""The public register of mechanisms."""

from django.urls import path

from allocation import views

urlpatterns = [
    path("", views.mechanisms, name="mechanisms"),
    path("<slug:slug>/", views.mechanism, name="mechanism"),
]
