"""Indicators are counted as the regulations say, and a second count by hand agrees."""

import datetime

import pytest

from reporting.frameworks import framework, names
from reporting.indicators import Record, count
from tests.reporting.populations import oracle, population

START, END = datetime.date(2021, 1, 1), datetime.date(2021, 6, 30)
SHIPPED = ["esf-2014-2020", "esf-2021-2027"]


def records(people: list[dict]) -> list[Record]:
    return [
        Record(
            someone["entered"],
            someone["left"],
            {f"{moment}.{code}": value for (moment, code), value in someone["answers"].items()},
            {f"entry.{code}" for code in someone["refused"]},
        )
        for someone in people
    ]


def numbers(result: dict) -> dict:
    found = {
        (row["code"], scope, who): number
        for row in result["rows"]
        if "stretch" in row
        for scope in ("stretch", "since_start")
        for who, number in row[scope].items()
    }
    return found | {
        ("grand total", scope, "total"): result["participants"][scope]["total"] for scope in ("stretch", "since_start")
    }


def test_both_shipped_frameworks_are_found():
    assert names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_count_by_hand_agrees_on_every_indicator(name, pytestconfig):
    counted = set()
    for seed in range(1000 if pytestconfig.getoption("--long") else 100):
        people = population(seed, name)
        days = [(START, END), (datetime.date(2022, 7, 1), datetime.date(2022, 12, 31))][seed % 2]
        found = numbers(count(framework(name), records(people), *days))
        expected = oracle(people, name, *days)
        wrong = {key: (found.get(key, 0), expected[key]) for key in {*found, *expected} if found.get(key, 0) != expected[key]}
        assert not wrong, f"population {seed}"
        counted |= {code for code, scope, who in expected if expected[code, scope, who]}
    assert counted >= {row.code for row in framework(name).indicators if row.rule}, "no population tried every code"


def one(born: str, entered: datetime.date, **more) -> dict:
    answers = {"entry.gender": "woman", "entry.birth_date": born, "entry.employment": "employed", "entry.education": "master"}
    result = count(framework("esf-2014-2020"), [Record(entered, answers=answers | more)], entered, entered)
    return {row["code"]: row["stretch"]["total"] for row in result["rows"] if "stretch" in row} | {
        "all": result["participants"]["stretch"]["total"]
    }


@pytest.mark.parametrize(
    "born, entered, code, expected",
    [
        ("1996-03-10", (2021, 3, 9), "CO06", 1),  # 25 tomorrow
        ("1996-03-09", (2021, 3, 9), "CO06", 0),  # 25 today
        ("1966-03-09", (2021, 3, 9), "CO07", 1),  # 55 today
        ("1966-03-10", (2021, 3, 9), "CO07", 0),  # 54 still: 54 does not count
        ("1996-02-29", (2021, 2, 28), "CO06", 1),  # born on a leap day, not 25 before 1 March
        ("1996-02-29", (2021, 3, 1), "CO06", 0),
    ],
)
def test_age_is_what_it_was_on_the_day_of_entry(born, entered, code, expected):
    assert one(born, datetime.date(*entered))[code] == expected


@pytest.mark.parametrize("missing", ["entry.gender", "entry.birth_date", "entry.employment", "entry.education"])
def test_an_incomplete_record_counts_in_the_grand_total_alone(missing):
    found = one("1980-01-01", END, **{missing: ""})
    assert found.pop("all") == 1
    assert set(found.values()) == {0}


def test_a_refused_sensitive_answer_leaves_the_record_complete_and_is_noted_as_asked():
    answers = {
        "entry.gender": "man",
        "entry.birth_date": "1980-01-01",
        "entry.employment": "employed",
        "entry.education": "bachelor",
    }
    refusing = Record(START, answers=answers, refused={"entry.background", "entry.disability", "entry.disadvantaged"})
    result = count(
        framework("esf-2014-2020"), [refusing, Record(START, answers=answers | {"entry.background": "yes"})], START, END
    )
    totals = {row["code"]: row["stretch"] for row in result["rows"] if "stretch" in row}
    assert totals["CO05"] == {"total": 2, "woman": 0, "man": 2}
    assert totals["CO15"]["total"] == 1
    background = next(entry for entry in result["sensitive"] if entry["question"] == "background")
    assert (background["answered"], background["refused"], background["not_asked"]) == (1, 1, 0)


def test_repealed_codes_are_gone_and_sampled_ones_are_not_counted_here():
    rows = {row.code: row for row in framework("esf-2014-2020").indicators}
    assert not {"CO12", "CO13", "CO14"} & set(rows)
    assert rows["CO18"].rule is None and rows["CO18"].collected == "sample"


def test_a_result_counts_in_the_period_of_leaving_and_needs_no_entry_in_it():
    left = datetime.date(2021, 5, 31)
    answers = {
        "entry.gender": "woman", "entry.birth_date": "1980-01-01", "entry.employment": "employed", "entry.education": "master",
        "exit.qualification": "yes", "six-months.promoted": "yes",
    }  # fmt: skip
    someone = Record(datetime.date(2020, 10, 1), left, answers)
    first = count(framework("esf-2014-2020"), [someone], START, END)
    second = count(framework("esf-2014-2020"), [someone], datetime.date(2021, 7, 1), datetime.date(2021, 12, 31))
    assert [numbers(result)["CR03", "stretch", "total"] for result in (first, second)] == [1, 0]
    assert [numbers(result)["CR07", "stretch", "total"] for result in (first, second)] == [0, 1]
    assert numbers(first)["CO05", "stretch", "total"] == 0
    assert first["checks"] == []


def test_a_check_that_fails_says_which_codes_and_for_whom():
    broken = framework("esf-2014-2020")
    impossible = Record(START, answers={
        "entry.gender": "woman", "entry.birth_date": "1980-01-01", "entry.employment": "retired", "entry.education": "master",
    })  # fmt: skip
    failed = count(broken, [impossible], START, END)["checks"]
    assert {"left": ["CO09", "CO10", "CO11"], "relation": "<=", "right": ["CO01", "CO03", "CO05"], "scope": "stretch",
            "who": "woman", "is": 1, "of": 0} in failed  # fmt: skip
