"""Addresses of background jobs."""

from django.urls import path

from core import views

app_name = "jobs"
urlpatterns = [path("<uuid:pk>/", views.job, name="job")]
