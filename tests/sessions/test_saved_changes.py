"""Who saves a change of a meeting is told whether others hear of it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions import services
from sessions.models import Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_holiday_ahead")]
ONE_MAIL = "Bewaard. Iedereen die uitgenodigd is, krijgt er over een minuut één mail over."


def test_who_saves_a_change_hears_whether_others_get_a_mail_about_it(cast, client_of):
    client, day = client_of(cast.hilde), timezone.localdate() + datetime.timedelta(days=30)
    starts = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
    ends = starts + datetime.timedelta(hours=3)
    meeting = services.plan_meeting(by=cast.hilde, host=cast.nest, title="Kijken", starts_at=starts, ends_at=ends, publish=False)
    address = reverse("sessions:edit", args=[meeting.pk])

    def saved(**changes) -> str:
        values = {
            "title": "Kijken", "day": day.isoformat(), "starts": "09:00", "ends": "12:00", "break_minutes": "0", "mode": "onsite",
            "version": Meeting.objects.get().version, "agenda-TOTAL_FORMS": "0", "agenda-INITIAL_FORMS": "0", "do": "keep",
        }  # fmt: skip
        return [str(told) for told in client.post(address, values | changes, follow=True).context["messages"]][-1]

    assert saved(place="Thuis") == "Bewaard."  # nobody knows of a draft
    assert saved(place="Thuis", do="plan") == "Gepland. De uitnodigingen zijn onderweg."
    assert saved(place="De Krook") == ONE_MAIL
    assert saved(place="De Krook", title="Anders") == "Bewaard."
