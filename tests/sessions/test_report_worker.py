"""The report from the button to the reader's mailbox, by a real worker and a real mail server."""

from core.models import Job
from sessions.models import SessionReport
from tests.cast import make_cast
from tests.sessions.record import network_session
from tests.sessions.test_report import address, held
from tests.waiting import wait_until


def test_the_worker_makes_the_report_and_everybody_has_it_in_their_mailbox(celery_worker, smtp_sink, client_of):
    cast = make_cast()
    meeting = held(network_session(cast), cast)

    answer = client_of(cast.hilde).post(address(meeting), {"edition": "internal", "language": "nl", "do": "send"})
    assert answer.status_code == 302

    letter = smtp_sink.wait_for("anna@ilias.example")[0]
    for person in (cast.hilde, cast.joris, cast.bram, cast.zita, cast.yusuf):
        smtp_sink.wait_for(person.email)
    attached = list(letter.iter_attachments())
    assert [part.get_content_type() for part in attached] == ["application/pdf"]
    assert attached[0].get_content().startswith(b"%PDF-")
    assert "Samen leren kijken" in letter["Subject"]
    report = SessionReport.objects.select_related("job").get()
    assert report.sent_at is not None and report.made_at is not None
    wait_until(Job.objects.filter(state=Job.State.DONE).exists, "the job ends well")
    assert len(smtp_sink.to("anna@ilias.example")) == 1
