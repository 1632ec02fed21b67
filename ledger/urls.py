"""The ledger's own doors."""

from django.urls import path

from ledger import views

urlpatterns = [path("statement.csv", views.statement_csv, name="statement_csv")]
