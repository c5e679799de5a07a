"""Addresses of this app."""

app_name = "reflections"
urlpatterns: list = []
