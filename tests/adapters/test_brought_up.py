"""`thidua run` on the data of a release before: what its files have otherwise never keeps it from starting."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.console.database import Urls
from adapters.console.run import bring_up
from adapters.console.setup import Setup, setup
from adapters.settings import Settings, load_settings
from application.federation_file import FederationFile, load
from application.file_problems import FileProblems
from tests.support.console import Place, data_folder, migrated
from tests.support.postgres import PostgresServer
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio

change = msgspec.structs.replace
FILE = load(PROJECT / "deploy" / "federations" / "kon-tum.toml", PROJECT / "deploy" / "rules")


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    yield Place(data_folder(reachable_folder), postgres, owner_url)
    await postgres.drop_database(owner_url)


def newer(**parts: Any) -> FederationFile:
    (campaign, *others) = FILE.campaigns
    return change(FILE, campaigns=(change(campaign, directive=change(campaign.directive, **parts)), *others))


async def brought_up(place: Place, file: FederationFile) -> None:
    settings: Settings = load_settings(place.environment())
    async with setup(settings, Urls(serving=place.serving_url, owner=place.owner_url)) as made:
        await _twice(settings, made, file)


async def _twice(settings: Settings, made: Setup, file: FederationFile) -> None:
    first = await bring_up(settings, made, file)
    assert (await bring_up(settings, made, file)).keys == first.keys


async def test_a_newer_text_of_a_campaign_is_named_and_left_aside(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    await brought_up(place, FILE)
    capsys.readouterr()
    await brought_up(place, newer(theme="Chủ đề mới"))
    said = capsys.readouterr().out
    assert "stays as it is: the file differs in theme" in said
    assert "Set up kon-tum: 0 changes" in said
    assert "Found kon-tum" in said


async def test_what_cannot_change_is_named_and_the_federation_stays_as_it_is(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    otherwise = change(FILE, members=(change(FILE.members[0], joined_on=FILE.units[0].since), *FILE.members[1:]))
    await brought_up(place, FILE)
    capsys.readouterr()
    await brought_up(place, otherwise)
    assert "kon-tum stays as it is: members[0].joined_on" in capsys.readouterr().out


async def test_a_file_that_cannot_be_used_at_first_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def unusable(*_: object, **__: object) -> None:
        raise FileProblems(())

    monkeypatch.setattr("adapters.console.provision.plan", unusable)
    with pytest.raises(FileProblems):
        await brought_up(place, FILE)
