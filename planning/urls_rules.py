"""The addresses of rules for reminders, under /planning/."""

from django.urls import path

from planning.views import rules

urlpatterns = [
    path("programmes/<uuid:pk>/rules/", rules.listing, name="rules"),
    path("programmes/<uuid:pk>/rules/shipped/", rules.adopt, name="rules_adopt"),
    path("programmes/<uuid:pk>/rules/new/", rules.new, name="rule_new"),
    path("rules/<uuid:pk>/", rules.change, name="rule"),
    path("rules/<uuid:pk>/remove/", rules.remove, name="rule_remove"),
]
