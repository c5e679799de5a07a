"""Addresses of letters."""

from django.urls import path

from outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.mails, name="list"),
    path("choices/", views.choices, name="choices"),
    path("fewer/<str:token>/", views.fewer, name="fewer"),
    path("screen/", views.screen, name="screen"),
    path("screen/<uuid:pk>/", views.screen_letter, name="screen_letter"),
    path("screen/<uuid:pk>/html/", views.screen_html, name="screen_html"),
    path("<uuid:pk>/stop/", views.stop, name="stop"),
    path("<uuid:pk>/let-go/", views.let_go, name="let_go"),
]
