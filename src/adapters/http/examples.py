"""Examples for the API page, each decoded by a test into the type that it is an example of. Names are invented."""

from typing import Any

CAMPAIGN_ID = "7f2c6a50-5f0e-4a3c-9a40-0d6a5d5c1f01"
UNIT_ID = "3b0d4a52-77f5-4a53-8d2d-6f3f6b8f4a11"
PARENT_ID = "90d1f0c8-1b5e-4a86-8f0f-7f2f5f1b2c10"
PERSON_ID = "c5f0e8b4-0d9f-4c7e-8a77-1f0f3c2d4e21"
OTHER_PERSON_ID = "d6a1f9c5-1eaf-4d8f-9b88-2a1f4d3e5f32"
AWARD_ID = "e7b2a0d6-2fb0-4e90-8c99-3b2a5e4f6a43"
REGISTRATION_ID = "f8c3b1e7-30c1-4fa1-9daa-4c3b6f5a7b54"
EVALUATION_ID = "09d4c2f8-41d2-4ab2-8ebb-5d4c7a6b8c65"
SESSION_ID = "1ae5d3a9-52e3-4bc3-9fcc-6e5d8b7c9d76"
REQUEST_ID = "2bf6e4ba-63f4-4cd4-8add-7f6e9c8dae88"
ADDRESS = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

OTHER_UNIT_ID = "2bf6e4ba-63f4-4cd4-8add-7f6e9c8dae87"

DOCUMENT: dict[str, Any] = {
    "kind": "Quyết định",
    "number": "12/QĐ-LĐLĐ",
    "issued": "2024-03-01",
    "title": "Về việc khen thưởng",
    "issuer": "Ban Thường vụ LĐLĐ tỉnh",
}
DIRECTIVE: dict[str, Any] = {
    "name": "Thi đua lao động giỏi năm 2024",
    "document": {
        "kind": "Kế hoạch",
        "number": "01/KH-LĐLĐ",
        "issued": "2024-01-02",
        "title": "Phát động phong trào thi đua năm 2024",
        "issuer": "LĐLĐ tỉnh",
    },
    "issuing_body": "Ban Chấp hành LĐLĐ tỉnh",
    "signing_body": "Ban Thường vụ LĐLĐ tỉnh",
    "signing_office": "Chủ tịch",
    "launched_on": "2024-01-15",
    "horizon": {"code": "2024", "opens_on": "2024-01-01", "closes_on": "2024-12-31"},
    "theme": "Đoàn kết, sáng tạo",
    "phases": [
        {"code": "1", "name": "Đợt 1", "section": "II.1", "opens_on": "2024-01-15", "closes_on": "2024-07-31"},
        {"code": "2", "name": "Đợt 2", "section": "II.2", "opens_on": "2024-08-01", "closes_on": "2024-12-31"},
    ],
    "targets": [
        {
            "code": "one-work", "name": "Mỗi CĐCS một công trình", "section": "III.1", "modality": "strive",
            "measure": {"kind": "units-registered", "kinds": ["work", "task"]},
            "comparator": ">=", "share_x100": 10000,
        }
    ],
    "registrations": [
        {
            "code": "works", "name": "Đăng ký công trình", "section": "IV.1", "kind": "work",
            "subjects": ["collective"], "rule": {"kind": "no-later-than", "day": "2024-03-15"},
        },
        {
            "code": "tasks", "name": "Đăng ký phần việc", "section": "IV.1", "kind": "task",
            "subjects": ["individual", "collective"], "rule": {"kind": "before", "day": "2024-06-25"},
        },
    ],
}  # fmt: skip
TITLE: dict[str, Any] = {
    "code": "lao-dong-tien-tien", "name": "Lao động tiên tiến", "section": "Điều 24", "source": "directive",
    "form": "title", "subjects": ["individual"], "decided_by": "federation", "rules": "lao-dong-tien-tien",
}  # fmt: skip
RULE_SET: dict[str, Any] = {
    "code": "lao-dong-tien-tien", "name": "Lao động tiên tiến", "issuer": "Quốc hội", "source": "law",
    "cites": "Luật số 06/2022/QH15, Điều 24",
    "rules": [{"kind": "registered", "source": "assumed", "cites": "giả định"}],
}  # fmt: skip
HELD_TITLE: dict[str, Any] = {
    "title": "Bằng khen của LĐLĐ tỉnh",
    "title_name": "Bằng khen của Ban Chấp hành LĐLĐ tỉnh",
    "year": 2022,
    "scheme": "merit",
    "level": "federation",
    "issuer": "Ban Chấp hành LĐLĐ tỉnh",
    "decision": {
        "kind": "Quyết định",
        "number": "45/QĐ-LĐLĐ",
        "issued": "2023-01-15",
        "title": "Về việc khen thưởng năm 2022",
        "issuer": "LĐLĐ tỉnh",
    },
}
STRIKE: dict[str, Any] = {
    "title": "Bằng khen của LĐLĐ tỉnh",
    "year": 2022,
    "reason": "Nhập nhầm người.",
    "document": DOCUMENT,
}
