"""Every address × everybody × GET and POST × own, other's, missing and mixed ids. The table is tests/access_table.py."""

import pytest

from tests.access_table import ALL, RIGHTS, TABLE
from tests.matrix import VISITOR, _django_db_helper, cells, crowd, names_of_the_house, say  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def test_every_address_has_a_line_and_every_line_an_address():
    """A new page is red here until the table says who may."""
    known, named = {line.name for line in TABLE}, set(names_of_the_house())
    assert sorted(named - known) == [], "addresses without a line in tests/access_table.py"
    assert sorted(known - named) == [], "lines without an address"
    assert len(named) >= 100


def test_the_table_speaks_of_everybody(crowd):  # noqa: F811
    assert set(ALL.split()) == set(crowd.clients) - {VISITOR} and len(crowd.clients) >= 15
    known = set(ALL.split()) | {"public"}
    strangers = [
        (kind, which, name)
        for kind, rows in RIGHTS.items()
        for which, rights in rows.items()
        for people in rights.values()
        for name in people.split()
        if name not in known
    ]
    assert strangers == []


@pytest.mark.parametrize("line", TABLE, ids=str)
def test_nobody_does_what_they_may_not(line, crowd):  # noqa: F811
    tried = list(cells(line, crowd))
    wrong = [fault for cell in tried for fault in cell]

    assert len(tried) >= 30
    assert not wrong, "\n".join(wrong)
