"""`thidua rules`: files are checked by themselves, and a rule set is tried on a campaign that is in a real database."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from adapters.console.database import named
from adapters.console.setup import as_server
from adapters.settings import load_settings
from application.ports import NewEvent, StreamAppend
from domain.award.messages import AwardNominated, EligibilityChecked
from domain.decider import Message
from domain.events import decode, encode, name_of
from domain.ids import TenantId, derived
from tests.support.console import Place, data_folder, migrated
from tests.support.log import command
from tests.support.postgres import PostgresServer
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio

RULES = PROJECT / "deploy" / "rules"
GOLDEN = PROJECT / "tests" / "golden" / "events"
SCARCE = """
code = "cong-nhan-gioi"
name = "Công nhân giỏi"
version = {version}
issuer = "Liên đoàn A"
source = "assumed"
cites = "giả định"
effective_from = {opens}
rules = [{{ kind = "service-months-min", source = "assumed", cites = "giả định", months = {months} }}]
"""


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    yield Place(data_folder(reachable_folder), postgres, owner_url)
    await postgres.drop_database(owner_url)


def written(folder: Path, *, months: int, version: int = 2, opens: str = "2024-01-01") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "cong-nhan-gioi.toml"
    path.write_text(SCARCE.format(months=months, version=version, opens=opens), "utf-8")
    folder.chmod(0o755)
    return path


def golden(name: str) -> Message:
    event: Message = decode(name, 2, (GOLDEN / f"{name}.v2.json").read_bytes())
    return event


async def with_dossier(place: Place, *, months: int) -> str:
    """Kon Tum with a dossier whose check read so many months of service; its award's id."""
    process = await place.run("tenant", "apply", str(PROJECT / "deploy" / "federations" / "kon-tum.toml"))
    assert process.returncode == 0, process.stderr
    environment = {"THIDUA_DATABASE_URL": place.serving_url, "THIDUA_OWNER_DATABASE_URL": place.owner_url}
    urls = named(load_settings(environment))
    assert urls is not None
    async with as_server(urls) as parts:
        (tenant,) = await parts.catalogue.tenants()
        events = dossier_of(tenant.tenant_id, months)
        award_id = str(uuid4())
        new = tuple(
            NewEvent(event_id=str(uuid4()), type=name_of(each)[0], type_version=name_of(each)[1], data=encode(each))
            for each in events
        )
        stream = StreamAppend(stream_id=f"award-{award_id}", expected_version=0, events=new)
        await parts.store.append(command(tenant.tenant_id, stream))
    return award_id


def dossier_of(tenant_id: TenantId, months: int) -> tuple[Message, Message]:
    nominated, checked = golden("award.nominated"), golden("award.eligibility-checked")
    assert isinstance(nominated, AwardNominated)
    assert isinstance(checked, EligibilityChecked)
    case = msgspec.structs.replace(checked.case, service_months=months, subject="individual")
    key = "thi-dua-yeu-nuoc-2024"
    return (
        msgspec.structs.replace(nominated, campaign_id=derived(tenant_id, "campaign", key), title="cong-nhan-gioi"),
        msgspec.structs.replace(checked, case=case, reasons=(), eligible=True),
    )


async def test_a_new_rule_set_is_tried_on_last_year_s_dossiers_and_changes_nothing(
    place: Place, reachable_folder: Path
) -> None:
    award_id = await with_dossier(place, months=10)
    where = ("--tenant", "kon-tum", "--campaign", "thi-dua-yeu-nuoc-2024", "--title", "cong-nhan-gioi")
    file = written(reachable_folder / "moi", months=11)
    shown = await place.run("rules", "try", str(file), *where)
    assert shown.returncode == 0, shown.stderr
    assert "BỊ MẤT / LOSES: cong-nhan-gioi 2024, " in shown.stdout
    assert award_id in shown.stdout
    assert "Công tác 10 tháng trong năm, cần ít nhất 11 tháng. / 10 months of service" in shown.stdout
    assert "Tổng số hồ sơ / Dossiers: 1; " in shown.stdout
    as_json = await place.run("rules", "try", str(written(reachable_folder / "moi", months=9)), *where, "--json")
    told = msgspec.json.decode(as_json.stdout)
    assert told["totals"] == {"gains": 0, "loses": 0, "keeps": 1, "stays-without": 0, "unknown": 0}
    assert (told["version"], len(told["sha256"])) == (2, 64)
    again = await place.run("rules", "try", str(written(reachable_folder / "moi", months=11)), *where)
    assert again.stdout == shown.stdout


async def test_a_campaign_or_tenant_that_is_not_there_is_told(place: Place, reachable_folder: Path) -> None:
    await with_dossier(place, months=10)
    file = str(written(reachable_folder / "moi", months=11))
    for where, said in (
        (("--tenant", "kon-tum", "--campaign", "khac"), "has no campaign 'khac'"),
        (("--tenant", "khac", "--campaign", "thi-dua-yeu-nuoc-2024"), "no tenant 'khac'"),
    ):
        ended = await place.run("rules", "try", file, *where)
        assert (ended.returncode, said in ended.stderr) == (8, True)


async def test_files_are_checked_by_themselves_and_every_mistake_has_its_place(place: Place, tmp_path: Path) -> None:
    good = sorted(str(path) for path in (*RULES.glob("*.toml"), *(PROJECT / "deploy" / "federations").glob("*.toml")))
    checked = await place.run("rules", "check", *good)
    assert (checked.returncode, len(checked.stdout.splitlines())) == (0, len(good))
    bad = written(tmp_path / "sai", months=13)
    ended = await place.run("rules", "check", str(bad), str(RULES / "lao-dong-tien-tien.toml"))
    assert (ended.returncode, ended.stdout) == (8, "")
    assert f"{bad}: rules[0].months: " in ended.stderr


async def test_two_versions_of_a_code_do_not_hold_on_one_day(place: Place, tmp_path: Path) -> None:
    first, second = (written(tmp_path / f"v{version}", months=10, version=version) for version in (1, 2))
    ended = await place.run("rules", "check", str(first), str(second))
    assert (ended.returncode, f"{second}: effective_from: trùng thời gian" in ended.stderr) == (8, True)
    closed = first.read_text("utf-8").replace("rules = [", "effective_until = 2023-12-31\nrules = [")
    first.write_text(closed.replace("effective_from = 2024-01-01", "effective_from = 2023-01-01"), "utf-8")
    assert (await place.run("rules", "check", str(first), str(second))).returncode == 0


async def test_a_contradiction_is_told_in_both_languages(place: Place, tmp_path: Path) -> None:
    file = written(tmp_path / "nua", months=10)
    quorum = '[{ kind = "quorum", source = "law", cites = "Luật", numerator = 2, denominator = 3 }, '
    file.write_text(file.read_text("utf-8").replace("rules = [", f"rules = {quorum}"), "utf-8")
    ended = await place.run("rules", "check", str(file))
    assert ended.returncode == 8
    assert "rules[0].kind: có số thành viên dự họp (quorum) thì phải có tỷ lệ phiếu" in ended.stderr
    assert "/ quorum needs vote-share-min" in ended.stderr
