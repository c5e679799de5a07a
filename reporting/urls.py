"""Addresses of accounting: periods, reports, participants, and one's own characteristics."""

from django.urls import path

from reporting.views import asked, behind, dashboard, enrolment, files, my_data, own, participants, periods, readers, reports

app_name = "reports"
_periods, _report = "periods/<uuid:programme>/", "<uuid:pk>/"
_own, _participants = "own/<uuid:programme>/", "participants/<uuid:programme>/"
urlpatterns = [
    path("", reports.listing, name="list"),
    path(_periods, periods.periods, name="periods"),
    path(f"{_periods}add/", periods.edit, name="period_new"),
    path(f"{_periods}<uuid:pk>/", periods.edit, name="period"),
    path(f"{_periods}<uuid:pk>/remove/", periods.remove, name="period_remove"),
    path(f"{_periods}<uuid:pk>/start/", reports.start, name="start"),
    path(f"{_own}", own.listing, name="own"),
    path(f"{_own}add/", own.edit, name="own_new"),
    path(f"{_own}<uuid:pk>/", own.edit, name="own_edit"),
    path(f"{_own}<uuid:pk>/remove/", own.remove, name="own_remove"),
    path(f"{_periods}<uuid:pk>/results/", own.results, name="results"),
    path("readers/<uuid:programme>/", readers.readers, name="readers"),
    path("readers/<uuid:programme>/<uuid:pk>/withdraw/", readers.withdraw, name="reader_withdraw"),
    path("overview/<uuid:programme>/", dashboard.dashboard, name="dashboard"),
    path("my-data/", my_data.overview, name="my_data"),
    path("my-data/<uuid:pk>/<slug:moment>/", my_data.answers, name="my_answers"),
    path("asked/<str:token>/", asked.asked, name="asked"),
    path(_participants, participants.participants, name="participants"),
    path(f"{_participants}enrol/", enrolment.enrol, name="enrol"),
    path(f"{_participants}guests/<uuid:guest>/enrol/", enrolment.enrol, name="enrol_guest"),
    path(f"{_participants}list/", enrolment.enrol_list, name="enrol_list"),
    path(f"{_participants}list/example/", enrolment.example, name="enrol_example"),
    path(f"{_participants}<uuid:pk>/ask/", enrolment.ask_again, name="ask_again"),
    path(_report, reports.report, name="report"),
    path(f"{_report}sections/<slug:name>/", reports.section, name="section"),
    path(f"{_report}figures/", reports.figures, name="figures"),
    path(f"{_report}meetings/", behind.meetings, name="meetings"),
    path(f"{_report}meetings/<uuid:meeting>/", behind.meeting, name="meeting"),
    path(f"{_report}people/", behind.people, name="people"),
    path(f"{_report}people/<int:number>/", behind.person, name="person"),
    path(f"{_report}missing/", behind.gaps, name="gaps"),
    path(f"{_report}indicators/<slug:code>/", behind.indicator, name="indicator"),
    path(f"{_report}checks/", behind.checks, name="checks"),
    path(f"{_report}changes/", behind.changes, name="changes"),
    path(f"{_report}propose/", reports.propose, name="propose"),
    path(f"{_report}take-back/", reports.take_back, name="take_back"),
    path(f"{_report}freeze/", reports.freeze, name="freeze"),
    path(f"{_report}files/", files.files, name="files"),
    path(f"{_report}files/<uuid:file>/", files.download, name="file"),
]
