"""Clusters over HTTP."""

from typing import Any

from adapters.http.cluster_whole import ClusterDay, ClusterWhole, cluster_whole, fetch_cluster
from adapters.http.commands import changes, creates
from adapters.http.examples import CAMPAIGN_ID, DOCUMENT, PARENT_ID, UNIT_ID
from adapters.http.queries import listing, single
from adapters.http.route import Route
from adapters.read_models.clusters import ClusterFilter, ClusterRow, fetch_clusters
from application.access import Query
from domain.cluster import CLUSTER
from domain.cluster.messages import (
    AdmitUnit,
    AnnulElection,
    DissolveCluster,
    ElectLeader,
    FormCluster,
    NameLead,
    RankCluster,
    ReleaseUnit,
    RenameCluster,
)
from domain.ids import derived

_ONE = "/v1/clusters/{id}"
_OTHER_ID = "4c1e5b63-88a6-4b64-9e3e-7a4a7c9a5b22"
_PERIOD: dict[str, Any] = {"campaign_id": CAMPAIGN_ID, "period": "Năm 2024"}

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/clusters",
        asks=Query.CLUSTERS,
        fetch=fetch_clusters,
        filters=ClusterFilter,
        rows=ClusterRow,
        views=("clusters",),
        summary="Clusters and blocks",
    ),
    single(
        _ONE,
        asks=Query.CLUSTERS,
        fetch=fetch_cluster,
        answers=ClusterWhole,
        whole=cluster_whole,
        parameters=ClusterDay,
        views=("clusters",),
        summary="A cluster with its members on a day, its rankings and its elections",
    ),
    creates(
        "/v1/clusters",
        FormCluster,
        CLUSTER,
        summary="Form a cluster or block; its id follows from its code",
        identity=lambda command, tenant_id: derived(tenant_id, "cluster", command.code),
        named="cluster_id",
        example={
            "code": "cum-may-mac",
            "name": "Cụm thi đua ngành May mặc",
            "kind": "cluster",
            "unit_id": PARENT_ID,
            "unit_ids": [UNIT_ID, _OTHER_ID],
            "lead_unit_id": UNIT_ID,
            "on": "2024-01-15",
            "document": DOCUMENT,
        },
    ),
    changes(
        f"{_ONE}/admit", AdmitUnit, CLUSTER, summary="Admit a unit", example={"unit_id": UNIT_ID, "on": "2024-03-01"}
    ),
    changes(
        f"{_ONE}/release",
        ReleaseUnit,
        CLUSTER,
        summary="A unit leaves",
        example={"unit_id": UNIT_ID, "on": "2024-06-01"},
    ),
    changes(
        f"{_ONE}/name-lead",
        NameLead,
        CLUSTER,
        summary="Name the lead unit",
        example={"unit_id": UNIT_ID, "on": "2024-03-01"},
    ),
    changes(
        f"{_ONE}/rename",
        RenameCluster,
        CLUSTER,
        summary="Rename it",
        example={"name": "Cụm thi đua Dệt may", "on": "2024-05-01"},
    ),
    changes(
        f"{_ONE}/dissolve",
        DissolveCluster,
        CLUSTER,
        summary="Dissolve it",
        example={"on": "2024-12-31", "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/rank",
        RankCluster,
        CLUSTER,
        summary="Rank the members by their final evaluations of a period",
        example={**_PERIOD, "left_out": [{"unit_id": _OTHER_ID, "reason": "Mới thành lập tháng 11, chưa chấm điểm."}]},
    ),
    changes(
        f"{_ONE}/elect-leader",
        ElectLeader,
        CLUSTER,
        summary="Record the election of the leading unit, from its minutes",
        example={
            **_PERIOD,
            "held_on": "2024-12-20",
            "minutes": {**DOCUMENT, "kind": "Biên bản", "number": "03/BB-CTĐ", "issued": "2024-12-20"},
            "electors": 2,
            "tallies": [{"unit_id": UNIT_ID, "votes": 2}],
            "elected": UNIT_ID,
        },
    ),
    changes(
        f"{_ONE}/annul-election",
        AnnulElection,
        CLUSTER,
        summary="Annul an election by a paper; the cluster may vote again",
        example={**_PERIOD, "document": DOCUMENT, "ground": "Kiểm phiếu thiếu một đơn vị."},
    ),
)
