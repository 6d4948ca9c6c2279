"""`thidua audit replay`, `why-not` and `whatif`: told in both languages, by the exit code, and without a trace."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from adapters.console.database import named
from adapters.console.setup import as_server
from adapters.settings import load_settings
from domain.ids import derived
from tests.adapters.test_rule_sets import with_dossier, written
from tests.support.console import Place, data_folder, migrated
from tests.support.dossiers import ENTERED, life
from tests.support.log import command, connected
from tests.support.postgres import PostgresServer
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    place = Place(data_folder(reachable_folder), postgres, owner_url)
    place.make_master_key()
    yield place
    await postgres.drop_database(owner_url)


async def with_award(place: Place) -> str:
    """Kon Tum with an award that was decided and revoked; its id."""
    process = await place.run("tenant", "apply", str(PROJECT / "deploy" / "federations" / "kon-tum.toml"))
    assert process.returncode == 0, process.stderr
    urls = named(load_settings({"THIDUA_DATABASE_URL": place.serving_url}))
    assert urls is not None
    award = str(uuid4())
    async with as_server(urls) as parts:
        (tenant,) = await parts.catalogue.tenants()
        campaign = derived(tenant.tenant_id, "campaign", "thi-dua-yeu-nuoc-2024")
        stream = life(award, campaign_id=campaign)
        await parts.store.append(command(tenant.tenant_id, stream, happened_on=ENTERED))
    return award


async def altered(place: Place, postgres: PostgresServer, award: str) -> None:
    """The decision's prize is another one, by the hand of a superuser."""
    async with connected(postgres.superuser_url_of(place.owner_url)) as connection:
        await connection.execute(
            "UPDATE thidua.events AS e SET data = convert_to(regexp_replace(convert_from(e.data, 'UTF8'),"
            " '\"prize_vnd\":[0-9]+', '\"prize_vnd\":1'), 'UTF8') WHERE e.stream_id = $1 AND e.type = 'award.decided'",
            f"award-{award}",
        )


async def test_a_history_is_told_in_both_languages_and_what_was_altered_ends_with_1(
    place: Place, postgres: PostgresServer
) -> None:
    award = await with_award(place)
    for more in ((), ("--tenant", "kon-tum")):
        shown = await place.run("audit", "replay", award, *more)
        assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.endswith("Every step that is decided again is as it was recorded.\n")
    for said in (
        "3. ", "lệnh / command check-eligibility ", "bộ quy tắc / rule set: ", "số liệu / facts: ", "[đã xóa]",
        "đã xét điều kiện (checked)", "quyết định lại / decided again: khớp từng byte / the same, byte for byte",
    ):  # fmt: skip
        assert said in shown.stdout
    await altered(place, postgres, award)
    ended = await place.run("audit", "replay", award, "--sealed")
    assert ended.returncode == 1
    assert "KHÁC ở bước 6: Tại prize_vnd: đã ghi 1, nay xét lại ra " in ended.stdout.splitlines()[-1]
    assert "[đã niêm phong]" in ended.stdout
    as_json = msgspec.json.decode((await place.run("audit", "replay", award, "--sealed", "--json")).stdout)
    assert (as_json["same"], as_json["differs"]["difference"]["path"]) == (False, "prize_vnd")


async def test_a_history_stops_where_it_is_told_to(place: Place) -> None:
    award = await with_award(place)
    whole = msgspec.json.decode((await place.run("audit", "replay", award, "--sealed", "--json")).stdout)
    third = whole["steps"][2]
    by_position = await place.run("audit", "replay", award, "--sealed", "--json", "--at", str(third["position"]))
    assert msgspec.json.decode(by_position.stdout)["steps"] == whole["steps"][:3]
    by_time = await place.run("audit", "replay", award, "--sealed", "--json", "--at", third["recorded_at"])
    assert msgspec.json.decode(by_time.stdout)["steps"] == whole["steps"]


async def test_what_cannot_be_asked_is_one_sentence_in_each_language(place: Place) -> None:
    award = await with_award(place)
    for arguments, vi, en in (
        (("replay", str(uuid4())), "Không có hồ sơ khen thưởng này", "There is no such dossier"),
        (("replay", award, "--tenant", "khac"), "Không có liên đoàn 'khac'", "There is no tenant 'khac'"),
        (("replay", award, "--at", "999999"), "at: lớn hơn vị trí cuối", "at: lies behind the log's last position"),
        (("replay", award, "--at", "2199-01-01T00:00:00Z"), "at: nằm trong tương lai", "at: lies in the future"),
        (("replay", award, "--at", "hôm qua"), "at: phải là một vị trí", "at: must be a position of the log"),
        (("why-not", str(uuid4())), "Không có hồ sơ khen thưởng này", "There is no such dossier"),
    ):
        ended = await place.run("audit", *arguments, "--sealed")
        assert (ended.returncode, ended.stdout, vi in ended.stderr, en in ended.stderr) == (8, "", True, True)
        assert "Traceback" not in ended.stderr
    wrong = await place.run("audit", "replay", "không-phải-id")
    assert (wrong.returncode, "Dòng lệnh không đúng" in wrong.stderr) == (2, True)


async def test_what_stands_in_the_way_is_told(place: Place) -> None:
    shown = await place.run("audit", "why-not", await with_award(place), "--sealed")
    assert shown.returncode == 0, shown.stderr
    assert "đã thu hồi (revoked)" in shown.stdout
    assert "quyết định / decide: đã xong / done" in shown.stdout


async def test_what_stood_in_the_way_is_told_as_of_a_moment(place: Place) -> None:
    award = await with_award(place)
    whole = msgspec.json.decode((await place.run("audit", "replay", award, "--sealed", "--json")).stdout)
    second = whole["steps"][1]["position"]
    shown = await place.run("audit", "why-not", award, "--sealed", "--json", "--at", str(second))
    assert shown.returncode == 0, shown.stderr
    then = msgspec.json.decode(shown.stdout)
    assert (then["status"], then["version"]) == ("appraised", 2)
    before = await place.run("audit", "why-not", award, "--sealed", "--at", "1")
    assert (before.returncode, "There is no such dossier" in before.stderr) == (8, True)


async def rows_of_all(place: Place, postgres: PostgresServer) -> dict[str, str]:
    """A hash of every table's rows."""
    hashes = {}
    async with connected(postgres.superuser_url_of(place.owner_url)) as connection:
        tables = await connection.fetch(
            "SELECT format('%I.%I', t.schemaname, t.tablename) AS name FROM pg_tables AS t"
            " WHERE t.schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for table in [record["name"] for record in tables]:
            hashes[table] = await connection.fetchval(
                f"SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM {table} AS t"
            )
    return hashes


async def test_nothing_that_is_asked_changes_anything_in_the_database(
    place: Place, postgres: PostgresServer, reachable_folder: Path
) -> None:
    award = await with_dossier(place, months=10)
    file = str(written(reachable_folder / "moi", months=11))
    before = await rows_of_all(place, postgres)
    where = ("--tenant", "kon-tum", "--campaign", "thi-dua-yeu-nuoc-2024", "--title", "cong-nhan-gioi")
    asked = await place.run("audit", "whatif", "--rules", file, *where)
    assert asked.returncode == 0, asked.stderr
    assert "BỊ MẤT / LOSES: cong-nhan-gioi 2024, " in asked.stdout
    assert (await place.run("rules", "try", file, *where)).stdout == asked.stdout
    assert (await place.run("audit", "replay", award, "--sealed")).returncode == 1  # It was never appraised.
    await place.run("audit", "why-not", award, "--sealed")
    assert await rows_of_all(place, postgres) == before
    assert len([name for name, found in before.items() if found]) > 5


async def test_a_file_of_rules_that_cannot_be_used_is_named_with_its_place(
    place: Place, reachable_folder: Path
) -> None:
    where = ("--tenant", "kon-tum", "--campaign", "thi-dua-yeu-nuoc-2024")
    broken = written(reachable_folder / "sai", months=13)
    for file, said in ((broken, "rules[0].months: "), (reachable_folder / "khong-co.toml", "không đọc được")):
        ended = await place.run("audit", "whatif", "--rules", str(file), *where)
        assert (ended.returncode, ended.stdout, said in ended.stderr) == (8, "", True)
        assert "Traceback" not in ended.stderr
