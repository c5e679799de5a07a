"""Addresses of this app."""

app_name = "tools"
urlpatterns: list = []
