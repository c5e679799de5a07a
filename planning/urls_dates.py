"""The addresses of the plan, of proposals and of when people can."""

from django.urls import path

from planning.views import availability, following, plan, proposals

urlpatterns = [
    path("when-i-cannot/", availability.away, name="away"),
    path("when-i-cannot/<uuid:pk>/remove/", availability.away_remove, name="away_remove"),
    path("pilots/<uuid:pk>/hours/", availability.pilot_hours, name="pilot_hours"),
    path("next/<uuid:pk>/", following.following, name="following"),
    path("proposals/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<uuid:pk>/<uuid:entry>/", proposals.proposed, name="proposed"),
    path("<uuid:pk>/", plan.plan, name="plan"),
    path("<uuid:pk>/hours/", availability.hours, name="hours"),
    path("<uuid:pk>/holidays/", availability.holidays, name="holidays"),
    path("<uuid:pk>/holidays/<slug:key>/", availability.holiday, name="holiday"),
    path("<uuid:pk>/proposals/", proposals.listing, name="proposals"),
]
