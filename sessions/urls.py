"""Addresses of this app."""

from django.urls import path

from sessions.views import actions, attendance, detail, evidence, line, minutes, plan, reply, report
from sessions.views import list as listing

app_name = "sessions"
urlpatterns: list = []

# the programme on one line
urlpatterns += [
    path("trajectories/<uuid:pk>/", line.programme, name="programme"),
    path("trajectories/pilots/<uuid:pk>/", line.pilot, name="pilot"),
]

# planning, and the page of a meeting
urlpatterns += [
    path("sessions/", listing.meetings, name="list"),
    path("sessions/new/", plan.choose, name="choose"),
    path("sessions/new/<slug:host>/<uuid:pk>/", plan.new, name="new"),
    path("sessions/reply/<str:token>/", reply.reply, name="reply"),
    path("sessions/<uuid:pk>/", detail.meeting, name="meeting"),
    path("sessions/<uuid:pk>/edit/", plan.edit, name="edit"),
    path("sessions/<uuid:pk>/cancel/", plan.cancel, name="cancel"),
    path("sessions/<uuid:pk>/tools/", plan.tools, name="tools"),
    path("sessions/<uuid:pk>/answer/", reply.answer, name="answer"),
    path("sessions/<uuid:pk>/calendar.ics", detail.calendar, name="calendar"),
    path("sessions/<uuid:pk>/invited/", detail.invited, name="invited"),
    path("sessions/<uuid:pk>/invited/<uuid:place>/withdraw/", detail.withdraw, name="withdraw"),
]

# what is noted of a meeting
urlpatterns += [
    path("sessions/<uuid:pk>/attendance/", attendance.attendance_list, name="attendance"),
    path("sessions/<uuid:pk>/check/", attendance.check, name="check"),
    path("sessions/<uuid:pk>/reopen/", attendance.reopen, name="reopen"),
    path("sessions/<uuid:pk>/sign-in-list/", evidence.sign_in_list, name="sign_in_list"),
    path("sessions/<uuid:pk>/evidence/", evidence.proofs, name="evidence"),
    path("sessions/<uuid:pk>/evidence/<uuid:proof>/", evidence.download, name="evidence_download"),
    path("sessions/<uuid:pk>/evidence/<uuid:proof>/remove/", evidence.remove, name="evidence_remove"),
    path("sessions/<uuid:pk>/report/", report.report, name="report"),
    path("sessions/<uuid:pk>/reports/<uuid:report>/", report.download, name="report_download"),
    path("sessions/<uuid:pk>/minutes/", minutes.minutes_page, name="minutes"),
    path("sessions/<uuid:pk>/actions/", actions.of_meeting, name="meeting_actions"),
    path("sessions/actions/", actions.own, name="actions"),
    path("sessions/actions/<uuid:pk>/", actions.one, name="action"),
    path("sessions/actions/<uuid:pk>/settle/", actions.settle, name="settle"),
]
