"""The doors of shifts and bookings."""

from django.urls import path

from shifts import views

urlpatterns = [
    path("tasks/new/shift/", views.shift_new, name="shift_new"),
    path("shifts/", views.my_shifts, name="my_shifts"),
    path("shifts/calendar.ics", views.calendar, name="shift_calendar"),
    path("shifts/<int:task_id>/reserve/", views.reserve, name="shift_reserve"),
    path("shifts/<int:assignment_id>/no-show/", views.no_show, name="no_show"),
    path("shifts/<int:assignment_id>/answer/", views.no_show_answer, name="no_show_answer"),
    path("hours/", views.hours, name="hours"),
    path("hours/<int:hour_id>/book/", views.hour_book, name="hour_book"),
    path("hours/<int:hour_id>/withdraw/", views.hour_withdraw, name="hour_withdraw"),
]
