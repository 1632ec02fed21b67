"""The doors of batches, for clients and then for workers."""

from django.urls import path

from batches.views import batches, templates, working

urlpatterns = [
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.template_new, name="template_new"),
    path("templates/form/", templates.form_new, name="form_new"),
    path("templates/<int:template_id>/", templates.template, name="template"),
    path("batches/", batches.batches, name="batches"),
    path("batches/new/", batches.batch_new, name="batch_new"),
    path("batches/<int:upload_id>/", batches.batch, name="batch"),
    path("batches/<int:upload_id>/moving/", batches.batch_moving, name="batch_moving"),
    path("batches/<int:upload_id>/discard/", batches.batch_discard, name="batch_discard"),
    path("batches/<int:upload_id>/quality/", batches.batch_quality, name="batch_quality"),
    path("batches/<int:upload_id>/<str:kind>", batches.batch_results, name="batch_results"),
    path("files/<int:file_id>/", batches.file, name="file"),
    path("today/<int:assignment_id>/", working.assignment, name="assignment"),
    path("today/<int:assignment_id>/draft/", working.assignment_draft, name="assignment_draft"),
    path("today/<int:assignment_id>/next/", working.assignment_next, name="assignment_next"),
    path("today/<int:assignment_id>/report/", working.assignment_report, name="assignment_report"),
]
