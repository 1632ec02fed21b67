"""Where people disagree and ask, in the order in which they come here."""

from django.urls import path

from disputes import views

urlpatterns = [
    path("questions/", views.questions, name="questions"),
    path("today/<int:assignment_id>/dispute/", views.dispute_new, name="dispute_new"),
    path("disputes/<int:dispute_id>/", views.dispute, name="dispute"),
    path("why/<int:allocation_id>/ask/", views.ask_review, name="ask_review"),
    path("work/<int:task_id>/problem/", views.report_problem, name="report_problem"),
    path("problems/<int:problem_id>/answer/", views.answer_problem, name="answer_problem"),
    path("disputes/record/", views.public_record, name="public_record"),
]
