"""Addresses of this app."""

from django.urls import path

from tools import views

app_name = "tools"
urlpatterns = [
    path("", views.tools, name="list"),
    path("<uuid:pk>/", views.tool, name="tool"),
    path("<uuid:pk>/print/", views.print_tool, name="print"),
]
