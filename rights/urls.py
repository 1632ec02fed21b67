"""One's own data, the certificate, and the end of an account."""

from django.urls import path

from rights import views

urlpatterns = [
    path("data/", views.my_data, name="my_data"),
    path("data/log.json", views.log_json, name="log_json"),
    path("data/log.zip", views.log_csv, name="log_csv"),
    path("data/certificate.json", views.certificate, name="certificate"),
    path("data/delete/", views.delete_account, name="delete_account"),
    path("certificates/", views.check_certificate, name="check_certificate"),
    path(".well-known/taakplein-certificates.json", views.keys, name="certificate_keys"),
]
