"""Addresses of this app."""

app_name = "trajectories"
urlpatterns: list = []
