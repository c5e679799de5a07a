"""Wider than the coaches: one more look first, for policy without a name, and what others read before is kept."""

import pytest

from core.errors import DomainError
from outbox.models import OutgoingMail
from reflections import services, words
from reflections.models import Opening, ReaderGrant, Reflection, ReflectionVersion
from tests.reflections.places import CANARY, network_session, text_by_anna
from tests.reflections.test_writing import NEW, form_of, hidden


def test_before_the_network_reads_it_one_looks_once_more(cast, client_of):
    browser = client_of(cast.anna)
    form = form_of(browser.get(NEW), text="Gisteren huilde Thomas bij juf Els. De mama was boos.", readers=["coaches", "network"])

    page = browser.post(NEW, form, follow=True)
    reflection = Reflection.objects.get()
    before = {grant.audience for grant in reflection.grants.all()}
    body = page.content.decode()
    browser.post(f"/reflections/{reflection.pk}/review/", {"readers": ["coaches", "network"], "seen": hidden(page, "seen")})

    assert before == {"coaches"}
    assert "<mark>Thomas</mark>" in body and "<mark>Els</mark>" in body
    assert "<mark>Gisteren</mark>" not in body and "<mark>De</mark>" not in body
    assert "Zita Maes (het netwerk)" in body
    assert {grant.audience for grant in reflection.grants.filter(withdrawn_at=None)} == {"coaches", "network"}


def test_a_change_of_what_the_network_reads_is_looked_at_once_more(cast, client_of):
    reflection = text_by_anna(cast, "network", text="Een ouder was boos.")
    browser, address = client_of(cast.anna), f"/reflections/{reflection.pk}/edit/"

    plain = browser.post(address, form_of(browser.get(address), text="Een ouder was erg boos."))
    named = browser.post(address, form_of(browser.get(address), text="De ouder heet Fatima."))

    assert plain.url == f"/reflections/{reflection.pk}/#saved"
    assert named.url.startswith(f"/reflections/{reflection.pk}/review/?readers=network")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ik sprak met Fatima. Zij zei niets.", ["Fatima"]),
        ("Thomas bleef staan.\nIedereen keek.", ["Thomas"]),
        ("De juf van Jan-Willem en D’Hondt", ["Jan-Willem", "D’Hondt"]),
        ("Op maandag in Vlaanderen: een ouder, een collega.", []),
        ("“Waarom?” vroeg ze. (Niemand wist het.)", []),
        ("", []),
    ],
)
def test_words_that_look_like_names_are_marked(text, names):
    assert words.names_in(text) == names
    assert "".join(piece for piece, _name in words.marked(text)) == text


def test_for_policy_the_words_are_read_without_name_pilot_or_meeting(cast, client_of):
    meeting = network_session(cast, question="Wat zei Sofie?", title="Sessie in Aalst")
    question = services.Question("Wat zei Sofie?", "after_session")
    reflection = text_by_anna(cast, "policy", meeting=meeting, question=question)
    team = client_of(cast.tess)

    listed = team.get("/reflections/policy/")
    grant = ReaderGrant.objects.get(reader=cast.tess)
    page = team.get(f"/reflections/policy/{grant.pk}/")
    pages = listed.content.decode() + page.content.decode()

    assert CANARY in page.content.decode() and CANARY not in listed.content.decode()
    for word in ("Anna", "Claes", "Het Nest", "Sessie in Aalst", "Sofie", reflection.pk.hex, str(reflection.pk)):
        assert word not in pages
    assert team.get(f"/reflections/{reflection.pk}/").status_code == 404
    assert [opening.reader for opening in Opening.objects.all()] == [cast.tess]
    assert "Tess Peeters opende" in client_of(cast.anna).get(f"/reflections/{reflection.pk}/").content.decode()
    for name in ("hilde", "omar", "tom", "ada", "kim", "bram"):
        assert client_of(getattr(cast, name)).get(f"/reflections/policy/{grant.pk}/").status_code == 404
    services.withdraw(reflection, by=cast.anna)
    assert team.get(f"/reflections/policy/{grant.pk}/").status_code == 404


def test_the_lists_of_the_team_cost_the_same_with_one_and_three_rows(cast, client_of, django_assert_max_num_queries):
    team = client_of(cast.tess)
    text_by_anna(cast, "policy")
    with django_assert_max_num_queries(6) as one:
        assert len(team.get("/reflections/policy/").context["stretch"].rows) == 1
    text_by_anna(cast, "policy")
    services.write(by=cast.zita, pilot=cast.wip, text="Van Zita", audiences=["policy"])
    with django_assert_max_num_queries(6) as three:
        assert len(team.get("/reflections/policy/").context["stretch"].rows) == 3
    assert len(one) == len(three)


def test_no_letter_says_that_something_was_given_for_policy(cast):
    text_by_anna(cast, "policy")

    assert not OutgoingMail.objects.filter(recipient_id=cast.tess.pk).exists()


def test_what_others_had_read_is_kept_for_the_author_alone(cast, client_of):
    reflection = text_by_anna(cast, "coaches", text=f"Eerst de {CANARY}.")
    browser = client_of(cast.anna)
    services.change(reflection, by=cast.anna, text=f"Nog ongelezen {CANARY}.", version=1)
    assert not ReflectionVersion.objects.exists()
    client_of(cast.hilde).get(f"/reflections/{reflection.pk}/")

    services.change(reflection, by=cast.anna, text="Zonder vink.", version=2)
    page = browser.get(f"/reflections/{reflection.pk}/versions/").content.decode()

    assert "Nog ongelezen" in page and "Eerst de" not in page
    assert f"/reflections/{reflection.pk}/versions/" in browser.get(f"/reflections/{reflection.pk}/").content.decode()
    assert CANARY not in client_of(cast.hilde).get(f"/reflections/{reflection.pk}/").content.decode()
    assert client_of(cast.hilde).get(f"/reflections/{reflection.pk}/versions/").status_code == 403
    assert "Nog ongelezen" in str(services.own_texts(cast.anna))


def test_tags_are_the_authors_own_and_refuse_a_register_number(cast, client_of):
    reflection = text_by_anna(cast, "coaches")
    browser, address = client_of(cast.anna), f"/reflections/{reflection.pk}/tags/"

    browser.post(address, {"tags": "#Tuin, ouders tuin"})
    refused = browser.post(address, {"tags": "85.07.30-033.28"})

    assert refused.status_code == 422
    assert 'href="/reflections/?tag=tuin"' in browser.get(f"/reflections/{reflection.pk}/").content.decode()
    assert "#ouders" not in client_of(cast.hilde).get(f"/reflections/{reflection.pk}/").content.decode()
    assert client_of(cast.hilde).post(address, {"tags": "x"}).status_code == 403
    with pytest.raises(DomainError):
        services.set_tags(reflection, by=cast.hilde, tags="x")
