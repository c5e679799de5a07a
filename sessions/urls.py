"""Addresses of this app."""

from django.urls import path

from sessions.views import (
    actions,
    agenda,
    attendance,
    attendance_csv,
    certificates,
    checkin,
    detail,
    evaluations,
    evidence,
    line,
    materials,
    minutes,
    notes,
    plan,
    preparation,
    reply,
    report,
    signatures,
)
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
    path("sessions/<uuid:pk>/attendance/csv/", attendance_csv.attendance_csv, name="attendance_csv"),
    path("sessions/<uuid:pk>/check/", attendance.check, name="check"),
    path("sessions/<uuid:pk>/reopen/", attendance.reopen, name="reopen"),
    path("sessions/<uuid:pk>/sign-in-list/", evidence.sign_in_list, name="sign_in_list"),
    path("sessions/<uuid:pk>/evidence/", evidence.proofs, name="evidence"),
    path("sessions/<uuid:pk>/evidence/<uuid:proof>/", evidence.download, name="evidence_download"),
    path("sessions/<uuid:pk>/evidence/<uuid:proof>/remove/", evidence.remove, name="evidence_remove"),
    path("sessions/<uuid:pk>/report/", report.report, name="report"),
    path("sessions/<uuid:pk>/reports/<uuid:report>/", report.download, name="report_download"),
    path("sessions/<uuid:pk>/minutes/", minutes.minutes_page, name="minutes"),
    path("sessions/<uuid:pk>/minutes/draft/", minutes.draft, name="minutes_draft"),
    path("sessions/<uuid:pk>/minutes/versions/", minutes.versions, name="minutes_versions"),
    path("sessions/<uuid:pk>/actions/", actions.of_meeting, name="meeting_actions"),
    path("sessions/<uuid:pk>/evaluation/", evaluations.evaluation, name="evaluation"),
    path("sessions/certificates/<uuid:pk>/", certificates.certificate, name="certificate"),
    path("sessions/certificates/<uuid:pk>/<uuid:certificate>/", certificates.download, name="certificate_download"),
    path("sessions/actions/", actions.own, name="actions"),
    path("sessions/actions/<uuid:pk>/", actions.one, name="action"),
    path("sessions/actions/<uuid:pk>/settle/", actions.settle, name="settle"),
]

# checking in
urlpatterns += [
    path("sessions/in/", checkin.typed_code, name="typed_code"),
    path("sessions/<uuid:pk>/in/<slug:code>/", checkin.check_in, name="check_in"),
    path("sessions/<uuid:pk>/screen/", checkin.screen, name="screen"),
    path("sessions/<uuid:pk>/screen/count/", checkin.screen_count, name="screen_count"),
    path("sessions/<uuid:pk>/signatures/", signatures.signed, name="signatures"),
    path("sessions/<uuid:pk>/sign/<uuid:place>/", signatures.sign, name="sign"),
    path("sessions/<uuid:pk>/sign/<uuid:place>/picture.png", signatures.picture, name="signature"),
]

# the agenda, what people bring, what the coaches prepare, what goes along
urlpatterns += [
    path("sessions/<uuid:pk>/agenda/", agenda.agenda_page, name="agenda"),
    path("sessions/<uuid:pk>/agenda/order/", agenda.order, name="agenda_order"),
    path("sessions/<uuid:pk>/agenda/template/", agenda.template, name="agenda_template"),
    path("sessions/<uuid:pk>/agenda/parked/", agenda.carry_over, name="agenda_carry_over"),
    path("sessions/<uuid:pk>/agenda/<uuid:item>/", agenda.item, name="agenda_item"),
    path("sessions/<uuid:pk>/agenda/<uuid:item>/move/", agenda.move, name="agenda_move"),
    path("sessions/<uuid:pk>/preparation/", preparation.overview, name="preparation"),
    path("sessions/<uuid:pk>/preparation/together/", preparation.together, name="together"),
    path("sessions/<uuid:pk>/preparation/new/<slug:kind>/", preparation.bring, name="bring"),
    path("sessions/brought/<uuid:pk>/", preparation.brought, name="brought"),
    path("sessions/brought/<uuid:pk>/edit/", preparation.edit, name="brought_edit"),
    path("sessions/brought/<uuid:pk>/readers/", preparation.readers, name="brought_readers"),
    path("sessions/brought/<uuid:pk>/ready/", preparation.ready, name="brought_ready"),
    path("sessions/brought/<uuid:pk>/remove/", preparation.remove, name="brought_remove"),
    path("sessions/<uuid:pk>/notes/", notes.notes, name="notes"),
    path("sessions/<uuid:pk>/notes/<uuid:note>/", notes.note, name="note"),
    path("sessions/<uuid:pk>/notes/<uuid:note>/remove/", notes.remove, name="note_remove"),
    path("sessions/<uuid:pk>/tandem/", preparation.tandem, name="tandem"),
    path("sessions/<uuid:pk>/tandem/debrief/", preparation.tandem, {"kind": "debrief"}, name="debrief"),
    path("sessions/<uuid:pk>/tandem/roles/", preparation.roles, name="tandem_roles"),
    path("sessions/<uuid:pk>/materials/", materials.list_, name="materials"),
    path("sessions/<uuid:pk>/materials/<uuid:material>/", materials.open_, name="material"),
    path("sessions/<uuid:pk>/materials/<uuid:material>/remove/", materials.remove, name="material_remove"),
]
