"""Addresses of programmes and their people; the prefix is the root, because /people/ stands beside /trajectories/."""

from django.urls import path

from trajectories.views import people, seats, setup

app_name = "trajectories"
# trajectories/<programme>/setup/
_setup = "trajectories/<uuid:pk>/setup/"
urlpatterns = [
    path("trajectories/", setup.programmes, name="list"),
    path(_setup, setup.setup, name="setup"),
    path(f"{_setup}basics/", setup.basics, name="basics"),
    path(f"{_setup}sector/", setup.sector, name="sector_new"),
    path(f"{_setup}phase/", setup.phase, name="phase_new"),
    path(f"{_setup}phase/<uuid:part>/", setup.phase, name="phase"),
    path(f"{_setup}phase/<uuid:part>/remove/", setup.remove, {"kind": "phase"}, name="phase_remove"),
    path(f"{_setup}milestone/", setup.milestone, name="milestone_new"),
    path(f"{_setup}milestone/<uuid:part>/", setup.milestone, name="milestone"),
    path(f"{_setup}milestone/<uuid:part>/remove/", setup.remove, {"kind": "milestone"}, name="milestone_remove"),
    path(f"{_setup}emblem/", setup.emblem, name="emblem_new"),
    path(f"{_setup}emblem/<uuid:part>/", setup.emblem_picture, name="emblem"),
    path(f"{_setup}emblem/<uuid:part>/remove/", setup.remove, {"kind": "emblem"}, name="emblem_remove"),
    path(f"{_setup}pilot/", setup.pilot, name="pilot_new"),
    path("trajectories/pilots/<uuid:pk>/change/", setup.pilot_change, name="pilot_change"),
    # the people of a programme; ?programme= says which
    path("people/", people.people, name="people"),
    path("people/invite/", people.person_invite, name="person_invite"),
    path("people/list/", people.people_csv, name="people_csv"),
    path("people/list/example/", people.csv_template, name="people_csv_template"),
    path("people/seats/<uuid:pk>/end/", seats.seat_end, name="seat_end"),
    path("people/seats/<uuid:pk>/replace/", seats.seat_replace, name="seat_replace"),
    path("people/invitations/<uuid:pk>/again/", people.invitation_again, name="invitation_again"),
    path("people/invitations/<uuid:pk>/withdraw/", people.invitation_withdraw, name="invitation_withdraw"),
]
