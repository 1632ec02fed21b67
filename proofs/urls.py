"""The doors of proofs."""

from django.urls import path

from proofs import views

urlpatterns = [
    path("profile/proofs/", views.proofs, name="proofs"),
    path("profile/proofs/<str:slug>/show/", views.show, name="proof_show"),
    path("profile/proofs/<int:proof_id>/withdraw/", views.withdraw, name="proof_withdraw"),
]
