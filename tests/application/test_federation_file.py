import re
import unicodedata
from pathlib import Path

import pytest

from application.federation_file import FederationFile, ReadsErasable, check_reads, load, load_rule_set
from application.file_problems import FileProblem, FileProblems
from domain.decider import Message, Personal
from domain.rules import Case, Predicate

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "rules"
FILES = sorted((DEPLOY / "federations").glob("*.toml"))
WHOLE = (DEPLOY / "federations" / "ninh-thuan.toml").read_text("utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ninh-thuan.toml"


def problems(path: Path, text: str) -> list[FileProblem]:
    path.write_text(text, "utf-8")
    with pytest.raises(FileProblems) as caught:
        load(path, RULES)
    assert all(problem.path == str(path) for problem in caught.value.problems)
    return list(caught.value.problems)


def keys(path: Path, text: str) -> list[str]:
    return [problem.key for problem in problems(path, text)]


def turned(old: str, new: str, *, text: str = WHOLE) -> str:
    """The first `old` of the file made `new`."""
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_each_federation_s_file_loads_with_its_rule_sets_put_in(file: Path) -> None:
    loaded = load(file, RULES)
    assert loaded.federation.handle == file.stem
    for campaign in loaded.campaigns:
        assert [rules.code for rules in campaign.directive.rule_sets] == list(campaign.rule_sets)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_each_federation_is_big_enough_to_show_every_block_and_population(file: Path) -> None:
    loaded = load(file, RULES)
    levels = [unit.level for unit in loaded.units]
    assert levels[0] == "federation"
    assert levels.count("upper") >= 2
    assert levels.count("grassroots") >= 6
    assert len(loaded.members) >= 12
    sectors = {unit.sector for unit in loaded.units if unit.level == "grassroots"}
    for campaign in loaded.campaigns:
        for target in campaign.directive.targets:
            assert not target.population.sectors or sectors & set(target.population.sectors), target.code
        for block in campaign.directive.blocks:
            assert sectors & set(block.sectors), block.code


@pytest.mark.parametrize("rules", sorted(RULES.glob("*.toml")), ids=lambda rules: str(rules.stem))
def test_each_rule_set_cites_its_source(rules: Path) -> None:
    rule_set = load_rule_set(rules)
    assert rule_set.code == rules.stem
    assert all(rule.cites for rule in rule_set.rules)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_a_file_names_no_person_and_no_mailbox(file: Path) -> None:
    assert "@" not in file.read_text("utf-8")
    for member in load(file, RULES).members:
        assert re.fullmatch(r"[A-Z]{2}-\d{4}", member.code)


def test_the_digest_is_of_what_the_file_says_not_of_how_it_is_laid_out(path: Path) -> None:
    def digest(text: str) -> bytes:
        path.write_text(text, "utf-8")
        return load(path, RULES).digest()

    assert digest(WHOLE) == digest("# Một ghi chú\n\n" + WHOLE)
    assert digest(WHOLE) != digest(turned("members = 34", "members = 33"))


# --- Shape ------------------------------------------------------------------------


def test_an_unknown_key_is_refused_and_the_nearest_named(path: Path) -> None:
    (problem,) = problems(path, turned("closes_on = 2023-06-30", "closes_on = 2023-06-30\ncloses_no = 2023-06-30"))
    assert problem.key == "campaigns[0].directive.phases[0].closes_no"
    assert "did you mean 'closes_on'?" in problem.reason
    assert "có phải là 'closes_on'?" in problem.reason_vi


def test_a_name_of_a_member_has_no_place_in_the_file(path: Path) -> None:
    assert keys(path, turned('code = "NT-0001"', 'code = "NT-0001"\nfull_name = "Ai Đó"')) == ["members[0].full_name"]


def test_a_missing_key_is_named_where_it_is_missing(path: Path) -> None:
    assert keys(path, turned('code = "NT-0002"\n', "")) == ["members[1].code"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('level = "upper"', 'level = "huyện"', "units[1].level"),
        ("members = 34,", "members = -1,", "units[0].headcount.members"),
        ('handle = "ninh-thuan"', 'handle = "Ninh Thuận"', "federation.handle"),
        ("closes_on = 2023-06-30", 'closes_on = "30/6/2023"', "campaigns[0].directive.phases[0].closes_on"),
        ("share_x100 = 10_000", "share_x100 = 10_001", "campaigns[0].directive.targets[0].share_x100"),
        ('kinds = ["initiative"]', "kinds = []", "campaigns[0].directive.targets[0].measure.kinds"),
        ('kinds = ["initiative"]', 'kinds = ["sáng kiến"]', "campaigns[0].directive.targets[0].measure.kinds[0]"),
        ('kind = "no-later-than"', 'kind = "no-later"', "campaigns[0].directive.registrations[1].rule.kind"),
        ("day = 2023-03-15", "dat = 2023-03-15", "campaigns[0].directive.registrations[1].rule.dat"),
        ('issued = "2023-01-09"', 'issued = "09/01/2023"', "campaigns[0].directive.parents[0].issued"),
    ],
)
def test_a_wrong_value_is_named_by_its_exact_key(path: Path, old: str, new: str, key: str) -> None:
    assert key in keys(path, turned(old, new))


def test_a_target_without_a_measure_is_refused(path: Path) -> None:
    text = turned('measure = { kind = "allotments-reached", kinds = ["initiative"] }\n', "")
    assert keys(path, text) == ["campaigns[0].directive.targets[0].measure"]


def test_an_unknown_kind_names_the_nearest(path: Path) -> None:
    (problem,) = problems(path, turned('kind = "no-later-than"', 'kind = "no-later-then"'))
    assert "'no-later-than'" in problem.reason


def test_all_mistakes_are_told_at_once(path: Path) -> None:
    text = turned('level = "upper"', 'level = "huyện"', text=turned("members = 34,", "members = -1,"))
    assert keys(path, text) == ["units[0].headcount.members", "units[1].level"]


def test_a_mailbox_is_refused_where_it_stands(path: Path) -> None:
    text = turned('{ name = "UBND tỉnh" }', '{ name = "UBND tỉnh (vanthu' + '@vi-du.vn)" }')
    assert keys(path, text) == ["campaigns[0].directive.distribution[1].name"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[federation", b"= 1", b""])
def test_what_is_no_toml_is_told_in_one_sentence(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(FileProblems):
        load(path, RULES)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblems, match="cannot be read"):
        load(tmp_path / "không-có.toml", RULES)


# --- References ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('parent = "cd-nganh-nang-gio"', 'parent = "cd-nganh-nang-go"', "units[4].parent"),
        ('parent = "cd-nganh-nang-gio"', 'parent = "cdcs-bv-xuong-rong"', "units[4].parent"),
        ('code = "cdcs-bv-xuong-rong"', 'code = "cdcs-chi-cuc-nang"', "units[5].code"),
        ('level = "upper"', 'level = "federation"', "units[1].level"),
        ('unit = "cdcs-chi-cuc-nang"', 'unit = "cdcs-chi-cuc"', "members[0].unit"),
        ('code = "NT-0002"', 'code = "NT-0001"', "members[1].code"),
        ('issuer = "ldld-ninh-thuan"', 'issuer = "ldld-ninh-thuam"', "campaigns[0].issuer"),
        ('"khen-dot-xuat"]', '"khen-dot-suat"]', "campaigns[0].rule_sets[2]"),
        ("direct_workers = 130", "direct_workers = 163", "units[5].headcount.direct_workers"),
        ("members = 150", "members = 163", "units[5].headcount.members"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(path: Path, old: str, new: str, key: str) -> None:
    assert key in keys(path, turned(old, new))


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('code = "cum-huyen"', "clusters[2].code"),
        ('code = "cum-khong-ai"', "clusters[2].code"),
        ('code = "khoi-mat-tran-doan-the"', "clusters[2].unit"),
        ('code = "cum-khac"\nunit = "don-vi-khac"', "clusters[2].unit"),
        ('code = "cum-khac"\nlead = "ldld-huyen-dong-muoi"', "clusters[2].lead"),
    ],
)
def test_a_cluster_that_cannot_be_is_named(path: Path, more: str, key: str) -> None:
    """Twice; of nobody; of the federation itself; under no unit; led by a stranger."""
    first = "[[clusters]]\n"
    last = f'{first}{more}\nname = "Cụm"\n[[members]]\n'
    assert key in keys(path, turned("[[members]]\n", last))


def test_the_nearest_unit_is_named(path: Path) -> None:
    (problem,) = problems(path, turned('parent = "cd-nganh-nang-gio"', 'parent = "cd-nganh-nang-go"'))
    assert "'cd-nganh-nang-gio'" in problem.reason_vi


def test_a_unit_that_bears_a_duty_must_be_in_the_file(path: Path) -> None:
    text = turned('bearers = ["grassroots"]', 'units = ["cdcs-khong-co"]')
    assert keys(path, text) == ["campaigns[0].directive.duties[0].units[0]"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("closes_on = 2023-12-31 }", "closes_on = 2022-12-31 }", "horizon.closes_on"),
        ("opens_on = 2023-07-01", "opens_on = 2024-07-01", "phases[1].closes_on"),
        ('scored_by = ["nhiem-vu"]', 'scored_by = ["nhiem-vu-khac"]', "items[0].scored_by"),
        ('block = "doanh-nghiep"', 'block = "doanh-nghiep-khac"', "items[2].block"),
        ('rules = "khen-dot-xuat"', 'rules = "khen"', "titles[2].rules"),
        ("max_x100 = 2_500 },", "max_x100 = 2_400 },", "rubrics[0].standards[0].max_x100"),
        ('duty = "chuyen-trang"', 'duty = "chuyen-muc"', "distribution[8].duty"),
    ],
)
def test_parts_of_a_directive_that_do_not_fit_are_named(path: Path, old: str, new: str, key: str) -> None:
    assert f"campaigns[0].directive.{key}" in keys(path, turned(old, new))


def test_a_rule_set_is_called_as_its_file(tmp_path: Path) -> None:
    renamed = tmp_path / "khac.toml"
    renamed.write_text((RULES / "khen-dot-xuat.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(FileProblems, match="must be the file's name"):
        load_rule_set(renamed)


def test_a_mistake_in_a_rule_set_is_named_in_that_file(tmp_path: Path) -> None:
    wrong = tmp_path / "khen-dot-xuat.toml"
    text = (RULES / "khen-dot-xuat.toml").read_text("utf-8")
    wrong.write_text(turned('kind = "no-hold"', 'kind = "no-old"', text=text), "utf-8")
    with pytest.raises(FileProblems) as caught:
        load_rule_set(wrong)
    assert [(problem.path, problem.key) for problem in caught.value.problems] == [(str(wrong), "rules[1].kind")]


def test_a_sixth_federation_needs_no_more_than_its_units(path: Path) -> None:
    text = """
    [federation]
    handle = "tinh-moi"
    name = "Liên đoàn Lao động tỉnh Mới"
    province = "Mới"
    [[units]]
    code = "ldld-moi"
    name = "Liên đoàn Lao động tỉnh Mới"
    level = "federation"
    sector = "union-body"
    headcount = { members = 10, workers = 10, direct_workers = 0, on = 2024-01-01 }
    """
    path.write_text(text, "utf-8")
    assert isinstance(load(path, RULES), FederationFile)


def test_a_file_typed_in_decomposed_letters_is_the_same_file(path: Path) -> None:
    path.write_text(WHOLE, "utf-8")
    composed = load(path, RULES)
    path.write_text(unicodedata.normalize("NFD", WHOLE), "utf-8")
    assert path.read_text("utf-8") != WHOLE
    assert load(path, RULES).digest() == composed.digest()


def test_a_team_has_no_union_of_its_own_in_a_file(path: Path) -> None:
    text = turned('level = "team"', 'level = "team"')
    place = text.index('level = "team"')
    wrong = text[:place] + text[place:].replace("has_union = false", "has_union = true", 1)
    assert [key.partition(".")[2] for key in keys(path, wrong)] == ["has_union"]


def test_a_title_stands_once_and_is_decided_after_its_year(path: Path) -> None:
    start = WHOLE.index("[[members.titles]]")
    end = WHOLE.index("issuer =", WHOLE.index("[members.titles.decision]"))
    end = WHOLE.index("\n", end) + 1
    title = WHOLE[start:end]
    assert [key.partition(".")[2] for key in keys(path, WHOLE[:end] + title + WHOLE[end:])] == ["titles[1].title"]
    late = title.replace("year = 2021", "year = 2023")
    assert late != title
    assert [key.partition(".")[2] for key in keys(path, WHOLE[:start] + late + WHOLE[end:])] == ["titles[0].year"]


# --- Rules and what can be erased -------------------------------------------------


class Remark(Message, frozen=True, kw_only=True):
    text: Personal


class CaseWithWords(Case, frozen=True, kw_only=True):
    opinion: Personal | None = None
    remarks: tuple[Remark, ...] = ()


def kind_that_reads(*needs: str) -> dict[str, type[Predicate]]:
    return {"reads-words": type("ReadsWords", (Predicate,), {"needs": needs, "vi": "", "en": ""}, frozen=True)}


@pytest.mark.parametrize("field", ["opinion", "remarks", "not-there"])
def test_a_kind_of_rule_that_reads_what_can_be_erased_does_not_load(field: str) -> None:
    check_reads(kind_that_reads("year", "titles"), CaseWithWords)
    with pytest.raises(ReadsErasable, match=f"reads-words reads {field}"):
        check_reads(kind_that_reads("year", field), CaseWithWords)


@pytest.mark.parametrize(
    "asked",
    [
        'kind = "no-hold"\nneeds = ["full_name"]',
        'kind = "no-hold"\nfield = "report"',
        'kind = "report-mentions"\ntext = "xuất sắc"',
    ],
)
def test_a_rule_set_that_asks_for_what_can_be_erased_is_refused_by_its_key(tmp_path: Path, asked: str) -> None:
    path = tmp_path / "rules" / "thu.toml"
    path.parent.mkdir()
    head = 'code = "thu"\nname = "Thử"\nissuer = "LĐLĐ"\nsource = "assumed"\ncites = "giả định"\n'
    path.write_text(f'{head}[[rules]]\nsource = "law"\ncites = "R5"\n{asked}\n')
    with pytest.raises(FileProblems) as refused:
        load_rule_set(path)
    assert [problem.key.startswith("rules[0]") for problem in refused.value.problems] == [True]
