"""Addresses of accounting: periods, reports, participants, and one's own characteristics."""

from django.urls import path

from reporting.views import files, my_data, participants, periods, reports

app_name = "reports"
_periods, _report = "periods/<uuid:programme>/", "<uuid:pk>/"
urlpatterns = [
    path("", reports.listing, name="list"),
    path(_periods, periods.periods, name="periods"),
    path(f"{_periods}add/", periods.edit, name="period_new"),
    path(f"{_periods}<uuid:pk>/", periods.edit, name="period"),
    path(f"{_periods}<uuid:pk>/remove/", periods.remove, name="period_remove"),
    path(f"{_periods}<uuid:pk>/start/", reports.start, name="start"),
    path("my-data/", my_data.overview, name="my_data"),
    path("my-data/<uuid:pk>/<slug:moment>/", my_data.answers, name="my_answers"),
    path("participants/<uuid:programme>/", participants.participants, name="participants"),
    path(_report, reports.report, name="report"),
    path(f"{_report}sections/<slug:name>/", reports.section, name="section"),
    path(f"{_report}propose/", reports.propose, name="propose"),
    path(f"{_report}take-back/", reports.take_back, name="take_back"),
    path(f"{_report}freeze/", reports.freeze, name="freeze"),
    path(f"{_report}files/", files.files, name="files"),
    path(f"{_report}files/<uuid:file>/", files.download, name="file"),
]
