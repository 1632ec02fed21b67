"""The addresses of classes."""

from django.urls import path

from classroom import views

urlpatterns = [
    path("", views.classes, name="classes"),
    path("join/", views.join, name="class_join"),
    path("open/", views.open_class, name="class_open"),
    path("<str:code>/", views.classroom, name="classroom"),
    path("<str:code>/moving/", views.moving, name="classroom_moving"),
    path("<str:code>/back/", views.come_back, name="class_back"),
    path("<str:code>/leave/", views.leave, name="class_leave"),
    path("<str:code>/start/", views.start, name="round_start"),
    path("<str:code>/start/moving/", views.start_moving, name="round_start_moving"),
    path("<str:code>/end/", views.end, name="round_end"),
    path("<str:code>/close/", views.close, name="class_close"),
    path("<str:code>/rounds/<int:number>/", views.results, name="round_results"),
    path("<str:code>/rounds/<int:number>.csv", views.results_csv, name="round_csv"),
]
