"""The inbox, how one hears of things, and saved searches."""

from django.urls import path

from notices import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/bell/", views.bell, name="bell"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:notice_id>/", views.notice, name="notice"),
    path("inbox/preferences/", views.preferences, name="notice_preferences"),
    path("inbox/stop/<str:signed>/", views.stop_mail, name="stop_mail"),
    path("searches/", views.searches, name="searches"),
    path("searches/save/", views.search_save, name="search_save"),
    path("searches/<int:search_id>/", views.search_open, name="search_open"),
    path("searches/<int:search_id>/rename/", views.search_rename, name="search_rename"),
    path("searches/<int:search_id>/delete/", views.search_delete, name="search_delete"),
]
