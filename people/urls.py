"""Addresses about oneself; the people of a programme are in trajectories."""

from django.urls import path

from people.views import invitation, privacy, profile

app_name = "people"
urlpatterns = [
    path("people/me/", profile.profile, name="profile"),
    path("people/me/stay/", profile.stay, name="stay"),
    path("people/second-step/", profile.second_step, name="second_step"),
    path("people/invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("privacy/", privacy.my_data, name="my_data"),
    path("privacy/notice/", privacy.notice, name="notice"),
    path("privacy/welcome/", profile.welcome, name="welcome"),
    path("privacy/photos/", privacy.photos, name="photos"),
    path("privacy/export/", privacy.export, name="export"),
]
