"""Random participants, and a second count of them in plain Python that shares no code with reporting.indicators."""

import datetime
import random
from collections import Counter

GENDERS = {"esf-2014-2020": ["woman", "man"], "esf-2021-2027": ["woman", "man", "non-binary"]}
SENSITIVE = {
    "esf-2014-2020": ["background", "disability", "disadvantaged"],
    "esf-2021-2027": ["disability", "third_country", "background", "minority", "housing", "rural"],
}
LEVEL = {
    "none": 0, "primary": 1, "lower-secondary": 2, "upper-secondary": 3, "post-secondary": 4,
    "associate": 5, "bachelor": 6, "master": 7, "doctor": 8,
}  # fmt: skip
FIRST, LAST = datetime.date(2020, 9, 1), datetime.date(2023, 12, 31)


def some_day(dice: random.Random, first: datetime.date, last: datetime.date) -> datetime.date:
    return first + datetime.timedelta(days=dice.randint(0, (last - first).days))


def born(dice: random.Random, entered: datetime.date) -> datetime.date:
    """Often just at an edge: the birthday on, a day before or a day after the day of entry; now and then 29 February."""
    if dice.random() < 0.15:
        return datetime.date(dice.choice([1964, 1968, 1996, 2000, 2004]), 2, 29)
    years = dice.choice([17, 18, 24, 25, 29, 30, 54, 55, 56, dice.randint(16, 70)])
    base = datetime.date(entered.year - years, entered.month, min(entered.day, 28))
    return base + datetime.timedelta(days=dice.choice([-1, 0, 1, dice.randint(-300, 300)]))


def population(seed: int, name: str) -> list[dict]:
    """Up to 40 participants as plain dicts: entered, left, answers by (moment, code), refused codes."""
    dice = random.Random(seed)
    return [participant(dice, name) for _ in range(dice.randint(0, 40))]


def participant(dice: random.Random, name: str) -> dict:
    entered = dice.choice(
        [some_day(dice, FIRST, LAST), datetime.date(2021, 2, 28), datetime.date(2021, 3, 1), datetime.date(2021, 6, 30)]
    )
    left = dice.choice(
        [None, some_day(dice, entered, LAST), some_day(dice, entered, min(LAST, entered + datetime.timedelta(days=300)))]
    )
    answers: dict[tuple[str, str], str] = {
        ("entry", "gender"): dice.choice(GENDERS[name]),
        ("entry", "birth_date"): born(dice, entered).isoformat(),
        ("entry", "employment"): dice.choice(["employed", "employed", "unemployed", "inactive"]),
        ("entry", "education"): dice.choice(list(LEVEL)),
        ("entry", "in_education"): dice.choice(["yes", "no"]),
    }
    if answers["entry", "employment"] == "unemployed":
        answers["entry", "unemployed_for"] = dice.choice(["up-to-6-months", "6-to-12-months", "over-12-months"])
    for key in list(answers):
        if dice.random() < 0.04:
            del answers[key]
    refused = set()
    for code in SENSITIVE[name]:
        fate = dice.random()
        if fate < 0.6:
            answers["entry", code] = dice.choice(["yes", "no"])
        elif fate < 0.9:
            refused.add(code)
    for moment, codes in {
        "exit": ["job_search", "in_education", "qualification", "employment"],
        "six-months": ["employment", "more_secure", "more_hours", "more_responsibility", "promoted"],
    }.items():
        answers.update({(moment, code): dice.choice(["yes", "no"]) for code in codes if dice.random() < 0.7})
    return {"entered": entered, "left": left, "answers": answers, "refused": refused}


def age(someone: dict) -> int | None:
    """By walking over the birthdays; 29 February is 1 March in a common year."""
    text = someone["answers"].get(("entry", "birth_date"))
    if text is None:
        return None
    birth = datetime.date.fromisoformat(text)
    years = 0
    while True:
        try:
            birthday = birth.replace(year=birth.year + years + 1)
        except ValueError:
            birthday = datetime.date(birth.year + years + 1, 3, 1)
        if birthday > someone["entered"]:
            return years
        years += 1


def half_a_year_after(day: datetime.date) -> datetime.date:
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def flags(someone: dict, name: str) -> dict[str, bool]:
    """Which codes this participant counts for, by hand from the tables of facts A1 and A2."""
    got = someone["answers"].get
    old = name == "esf-2014-2020"
    work, years, level = got(("entry", "employment")), age(someone), LEVEL.get(got(("entry", "education")), -1)
    years = -1 if years is None else years
    jobless, idle = work == "unemployed", work == "inactive"
    since = got(("entry", "unemployed_for"))
    long_term = jobless and (
        (0 <= years < 25 and since in {"6-to-12-months", "over-12-months"}) or (years >= 25 and since == "over-12-months")
    )
    yes = {code: got(("entry", code)) == "yes" for code in SENSITIVE[name]}
    newly_learning = got(("exit", "in_education")) == "yes" and got(("entry", "in_education")) != "yes"
    qualified, seeking = got(("exit", "qualification")) == "yes", idle and got(("exit", "job_search")) == "yes"
    working = (jobless or idle) and got(("exit", "employment")) == "yes"
    working_later = (jobless or idle) and got(("six-months", "employment")) == "yes"
    better = work == "employed" and "yes" in {
        got(("six-months", code)) for code in ("more_secure", "more_hours", "more_responsibility", "promoted")
    }
    if old:
        weak = yes["background"] or yes["disability"] or yes["disadvantaged"] or level == 0
        not_learning = idle and got(("entry", "in_education")) == "no"
        return {
            "CO01": jobless, "CO02": long_term, "CO03": idle, "CO04": not_learning, "CO05": work == "employed",
            "CO06": 0 <= years <= 24, "CO07": years >= 55, "CO08": years >= 55 and (jobless or not_learning),
            "CO09": level in {1, 2}, "CO10": level in {3, 4}, "CO11": level >= 5,
            "CO15": yes["background"], "CO16": yes["disability"], "CO17": yes["disadvantaged"] or level == 0,
            "CR01": seeking, "CR02": newly_learning, "CR03": qualified, "CR04": working,
            "CR05": weak and (seeking or newly_learning or qualified or working),
            "CR06": working_later, "CR07": better, "CR08": years >= 55 and working_later, "CR09": weak and working_later,
        }  # fmt: skip
    return {
        "EECO01": True, "EECO02": jobless, "EECO03": long_term, "EECO04": idle, "EECO05": work == "employed",
        "EECO06": 0 <= years <= 17, "EECO07": 18 <= years <= 29, "EECO08": years >= 55,
        "EECO09": 0 <= level <= 2, "EECO10": level in {3, 4}, "EECO11": level >= 5,
        "EECO12": yes["disability"], "EECO13": yes["third_country"], "EECO14": yes["background"], "EECO15": yes["minority"],
        "EECO16": yes["housing"], "EECO17": yes["rural"],
        "EECR01": seeking, "EECR02": newly_learning, "EECR03": qualified, "EECR04": working,
        "EECR05": working_later, "EECR06": better,
    }  # fmt: skip


def oracle(people: list[dict], name: str, start: datetime.date, end: datetime.date) -> dict[str, Counter]:
    """(code, scope, gender or total) → how many, counted by hand."""
    found: Counter = Counter()
    for someone in people:
        whole = all(someone["answers"].get(("entry", code)) for code in ("gender", "birth_date", "employment", "education"))
        gender = someone["answers"].get(("entry", "gender"), "unknown")
        for code, holds in flags(someone, name).items():
            late = code in {"CR06", "CR07", "CR08", "CR09", "EECR05", "EECR06"}
            day = someone["left"] if "CR" in code else someone["entered"]
            day = half_a_year_after(day) if late and day else day
            if holds and (whole or code == "EECO01") and day and day <= end:
                for scope in ["since_start"] + ["stretch"] * (day >= start):
                    found[code, scope, gender] += 1
                    found[code, scope, "total"] += 1
        if someone["entered"] <= end:
            found["grand total", "since_start", "total"] += 1
            found["grand total", "stretch", "total"] += someone["entered"] >= start
    return found
