"""Addresses of this app."""

app_name = "networks"
urlpatterns: list = []
