"""A framework is a data file; one with faults is refused with all of them at once."""

import json

import pytest

from reporting.frameworks import FOLDER, FrameworkFaulty, load


def written(tmp_path, change) -> list[str]:
    """The faults of the shipped file after `change(data)`."""
    data = json.loads((FOLDER / "esf-2014-2020.json").read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "esf-2014-2020.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(FrameworkFaulty) as refused:
        load(path)
    return refused.value.faults


def test_all_missing_and_misspelt_parts_are_listed_at_once(tmp_path):
    def change(data):
        del data["source"]
        data["colour"] = "blue"
        data["questions"][0]["kind"] = "guess"
        data["indicators"][0]["title"]["nl"] = ""
        data["windows"]["exit"]["days"] = "28"

    faults = written(tmp_path, change)
    assert len(faults) == 5
    for part in ("'source'", "'colour'", "'guess'", "indicators[CO01].title.nl is empty", "windows.exit.days"):
        assert any(part in fault for fault in faults), part


def test_a_malformed_part_hides_no_contradiction_elsewhere(tmp_path):
    def change(data):
        data["indicators"][0]["kind"] = "guess"  # CO01, which a total and a check name: not told twice
        data["indicators"][5].update(rule={"age": "entry.birth_date", "from": 30, "to": 20})
        data["complete"].append("entry.income")
        data["genders"] = "woman"

    faults = written(tmp_path, change)
    for part in ("'guess'", "genders is no list", "above 'to'", "'entry.income'"):
        assert any(part in fault for fault in faults), part
    assert len(faults) == 4
    assert "no object" in written(tmp_path, lambda data: data["questions"].insert(0, "gender"))[0]


@pytest.mark.parametrize(
    "change, part",
    [
        (lambda data: data["indicators"].append(dict(data["indicators"][0])), "CO01 is there twice"),
        (lambda data: data["indicators"][0].update(rule={"answer": "entry.work", "is": "x"}), "'entry.work' is unknown"),
        (
            lambda data: data["indicators"][0].update(rule={"answer": "entry.employment", "is": "retired"}),
            "'retired' is no answer",
        ),
        (lambda data: data["indicators"][0].update(rule={"code": "CO05"}), "'CO05' does not stand above"),
        (lambda data: data["indicators"][5].update(rule={"age": "entry.birth_date", "from": 30, "to": 20}), "above 'to'"),
        (lambda data: data["indicators"][5].update(rule={"age": "entry.education", "from": 30}), "does not fit 'age'"),
        (lambda data: data["indicators"][5].update(rule={"some": []}), "no rule"),
        (lambda data: data["indicators"][5].pop("rule"), "exactly when everyone is counted"),
        (lambda data: data["checks"].append({"left": ["CO12"], "relation": "<=", "right": ["CO01"]}), "'CO12', which is unknown"),
        (lambda data: data["complete"].append("entry.income"), "unknown question 'entry.income'"),
        (lambda data: data["questions"].append(dict(data["questions"][1])), "entry.birth_date is there twice"),
        (lambda data: data.update(name="other"), "differs from the file's"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path, change, part):
    assert any(part in fault for fault in written(tmp_path, change))


def test_a_file_that_is_no_json_is_refused_with_its_name(tmp_path):
    (tmp_path / "mine.json").write_text("{", encoding="utf-8")
    with pytest.raises(FrameworkFaulty, match=r"mine\.json"):
        load(tmp_path / "mine.json")
