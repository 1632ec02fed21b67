"""The client's doors, in the order a client meets them."""

from django.urls import path

from clients import views

urlpatterns = [
    path("tasks/new/", views.task_new, name="task_new"),
    path("tasks/", views.client_home, name="client_home"),
    path("tasks/moving/", views.client_home_moving, name="client_home_moving"),
    path("tasks/<int:task_id>/", views.client_task, name="client_task"),
    path("tasks/<int:task_id>/moving/", views.client_task_moving, name="client_task_moving"),
    path("tasks/<int:task_id>/cancel/", views.cancel, name="task_cancel"),
    path("tasks/<int:task_id>/choose/", views.choose, name="task_choose"),
    path("tasks/<int:task_id>/project/", views.project, name="project"),
    path("tasks/<int:task_id>/why/", views.why, name="task_why"),
    path("assignments/<int:assignment_id>/approve/", views.approve, name="approve"),
    path("assignments/<int:assignment_id>/rework/", views.rework, name="rework"),
    path("assignments/<int:assignment_id>/reject/", views.reject, name="reject"),
    path("assignments/<int:assignment_id>/bonus/", views.bonus, name="bonus"),
    path("review/", views.review, name="review"),
    path("review/approve/", views.approve_many, name="approve_many"),
    path("spending/", views.spending, name="client_spending"),
]
