"""Every address of the house; each app keeps its own list."""

from django.urls import include, path

from ilias import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
]
