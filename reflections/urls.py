"""Addresses of this app."""

from django.urls import path

from reflections.views import lists, reading, writing

app_name = "reflections"
urlpatterns = [
    path("", lists.own, name="list"),
    path("shared/", lists.shared, name="shared"),
    path("new/", writing.new, name="new"),
    path("draft/new/", writing.keep_new, name="draft_new"),
    path("draft/<uuid:pk>/", writing.keep_change, name="draft"),
    path("<uuid:pk>/", reading.reflection, name="reflection"),
    path("<uuid:pk>/edit/", writing.edit, name="edit"),
    path("<uuid:pk>/readers/", reading.choose_readers, name="readers"),
    path("<uuid:pk>/erase/", reading.erase, name="erase"),
    path("<uuid:pk>/restore/", reading.restore, name="restore"),
]
