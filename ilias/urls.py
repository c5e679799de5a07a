"""Every address of the house; each app keeps its own list."""

from django.urls import include, path

from ilias import styleguide, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("help/", views.help_page, name="help"),
    path("language/", views.choose_language, name="set_language"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("accounts/", include("allauth.urls")),
    path("jobs/", include("core.urls")),
    path("outbox/", include("outbox.urls")),
    path("", include("people.urls")),  # /people/ for one's own things and invitations, /privacy/
    path("tools/", include("tools.urls")),
    path("", include("trajectories.urls")),  # /trajectories/ and /people/ of a programme
    path("networks/", include("networks.urls")),
    path("", include("sessions.urls")),  # /sessions/ and the programme's page with its line
    path("planning/", include("planning.urls")),
    path("reflections/", include("reflections.urls")),
    path("reports/", include("reporting.urls")),
]
