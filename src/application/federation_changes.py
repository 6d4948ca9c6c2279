"""What a federation's file is compared with, and the commands that the difference comes to."""

from collections.abc import Mapping
from typing import Literal, NoReturn

import msgspec

from application.execute import Step
from application.file_problems import FileProblem, FileProblems, Reason
from domain.campaign.evolve import Campaign
from domain.cluster.evolve import Cluster
from domain.member.evolve import Member
from domain.unit import (
    Unit,
)

Verb = Literal[
    "establish-unit", "rename-unit", "move-unit", "found-union", "change-sector", "report-headcount", "record-title",
    "form-cluster", "rename-cluster", "name-lead", "admit-unit",
    "enrol-member", "move-member", "change-employment", "draft-campaign", "amend-campaign",
]  # fmt: skip
WORDS: dict[Verb, Reason] = {
    "establish-unit": Reason("enter the unit", "nhập đơn vị"),
    "rename-unit": Reason("rename the unit", "đổi tên đơn vị"),
    "move-unit": Reason("move the unit", "chuyển đơn vị"),
    "found-union": Reason("enter that a union was founded", "ghi nhận thành lập công đoàn"),
    "change-sector": Reason("change the unit's sector", "chuyển khu vực của đơn vị"),
    "record-title": Reason("record the title held from before", "ghi danh hiệu đã có"),
    "report-headcount": Reason("report the headcount", "báo số lượng"),
    "form-cluster": Reason("form the cluster", "lập cụm, khối thi đua"),
    "rename-cluster": Reason("rename the cluster", "đổi tên cụm, khối thi đua"),
    "name-lead": Reason("name the lead unit", "giao đơn vị trưởng cụm, khối"),
    "admit-unit": Reason("admit a unit to the cluster", "nhận đơn vị vào cụm, khối"),
    "enrol-member": Reason("enrol the member", "nhập đoàn viên"),
    "move-member": Reason("move the member", "chuyển đoàn viên"),
    "change-employment": Reason("change the member's employment", "đổi loại hình lao động"),
    "draft-campaign": Reason("draft the campaign", "nhập phong trào"),
    "amend-campaign": Reason("amend the campaign", "sửa đổi phong trào"),
}


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """What the tenant's log says of the things that the file names, each with its stream's version."""

    units: Mapping[str, tuple[Unit, int]]
    clusters: Mapping[str, tuple[Cluster, int]]
    members: Mapping[str, tuple[Member, int]]
    campaigns: Mapping[str, tuple[Campaign, int]]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One command that is to be issued. Changes of a lower `stage` come first; those of one stage are independent."""

    verb: Verb
    key: str
    code: str
    detail: str
    stage: int
    step: Step
    version: int

    def told(self) -> str:
        """One line for the operator, in both languages."""
        words = WORDS[self.verb]
        line = f"{words.vi} / {words.en}: {self.code}"
        return f"{line} ({self.detail})" if self.detail else line


def fixed(key: str, *, was: object, code: str) -> NoReturn:
    raise FileProblems(
        [
            FileProblem(
                path="",
                key=key,
                reason=f"{code!r} was entered with {was!r}, which cannot change: enter a new one under another code",
                reason_vi=f"{code!r} đã được nhập với {was!r}, không đổi được: hãy nhập mới bằng mã khác",
            )
        ]
    )
