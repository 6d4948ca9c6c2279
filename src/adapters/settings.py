"""What an operator can set: the environment variables `THIDUA_*`, each described in docs/settings.md."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from adapters import privileges
from adapters.said import Mendable

PREFIX = "THIDUA_"
NOT_OURS = ("THIDUA_TEST_", "THIDUA_REQUIRE_ALL")
"""What the test suite reads: a server that is started under it must not trip over them."""

_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*))?/?")
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?|https?://\[[0-9a-fA-F:]+\](:[0-9]{1,5})?/?")

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One value a variable; the field `data_dir` is `THIDUA_DATA_DIR`. Paths are absolute. Never log it whole."""

    database_url: str | None = None
    owner_database_url: str | None = None
    data_dir: Path
    deploy_dir: Path
    host: Annotated[str, msgspec.Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8000
    master_key_file: Path
    log_keys_file: Path
    log_name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", max_length=100)] = (
        "thidua.local"
    )
    checkpoint_dir: Path
    witnesses_file: Path | None = None
    clock_file: Path | None = None
    attachments: str | None = None
    attachments_endpoint: str | None = None
    attachments_region: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,64}$")] = "us-east-1"
    attachments_access_key: str | None = None
    attachments_secret_key: str | None = None
    attachment_size_bytes_max: Annotated[int, msgspec.Meta(ge=1_024, le=104_857_600)] = 20_971_520
    transaction_pooler: bool = False
    pool_size_max: Annotated[int, msgspec.Meta(ge=2, le=200)] = 10
    stop_seconds_max: Seconds = 3.0
    workbook_bytes_max: Annotated[int, msgspec.Meta(ge=65_536, le=268_435_456)] = 33_554_432
    workbook_rows_max: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 120_000
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"


URL = "postgresql://vai-trò:mật-khẩu@máy:cổng/tên", "postgresql://role:password@host:port/name"
WANTED: dict[str, tuple[str, str]] = {
    "database_url": URL,
    "owner_database_url": URL,
    "port": ("một số từ 1 đến 65535", "a number from 1 to 65535"),
    "log_name": (
        "một tên miền, có thể kèm đường dẫn, không có khoảng trắng và dấu cộng",
        "a domain, with or without a path, no spaces and no plus",
    ),
    "attachments": (
        "một thư mục, hoặc s3://thùng/tiền-tố không kèm khóa",
        "a folder, or s3://bucket/prefix without any key",
    ),
    "attachments_endpoint": ("http(s)://máy:cổng không kèm khóa", "http(s)://host:port without any key"),
    "attachments_region": ("tên vùng, ví dụ us-east-1", "a region's name, such as us-east-1"),
    "attachment_size_bytes_max": ("một số từ 1024 đến 104857600", "a number from 1024 to 104857600"),
    "transaction_pooler": ("true hoặc false", "true or false"),
    "pool_size_max": ("một số từ 2 đến 200", "a number from 2 to 200"),
    "stop_seconds_max": ("một số lớn hơn 0 và không quá 3600", "a number above 0 and up to 3600"),
    "workbook_bytes_max": ("một số từ 65536 đến 268435456", "a number from 65536 to 268435456"),
    "workbook_rows_max": ("một số từ 1 đến 1000000", "a number from 1 to 1000000"),
    "log_level": ("debug, info, warning hoặc error", "debug, info, warning or error"),
    "log_format": ("auto, json hoặc console", "auto, json or console"),
}
"""What a variable must hold, where not any text will do."""


class SettingsProblem(Mendable):
    """Which variable is wrong, and why; never the value, which may be secret."""


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `environment` holds, defaults where it is silent. An empty value counts as silence.

    Read them once, before privileges are dropped: default folders and relative paths are his who starts.

    Raises:
        SettingsProblem: a `THIDUA_*` variable is unknown, has a bad value, or misses its partner.
    """
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value}
    fields = {variable(field): field for field in Settings.__struct_fields__}
    for name in given:
        if name not in fields and not name.startswith(NOT_OURS):
            raise SettingsProblem(
                f"{name} không phải là một thiết lập; danh sách ở docs/settings.md.",
                f"{name} is not a setting; docs/settings.md lists them.",
            )
    values: dict[str, Any] = {fields[name]: value for name, value in given.items() if name in fields}
    data_dir = Path(values.get("data_dir") or default_data_dir(environment)).absolute()
    values.setdefault("master_key_file", data_dir / "master.key")
    values.setdefault("log_keys_file", data_dir / "log.keys")
    values.setdefault("checkpoint_dir", data_dir / "checkpoints")
    values.setdefault("deploy_dir", default_deploy_dir())
    if "://" not in (attachments := values.get("attachments", "")) and attachments:
        values["attachments"] = str(Path(attachments).absolute())  # Read before the server changes its folder.
    settings = convert({**values, "data_dir": data_dir})
    check_urls(settings)
    check_attachments(settings)
    return settings


def convert(values: dict[str, Any]) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=decode_path)
    except msgspec.ValidationError as error:
        raise bad_value(str(error).partition(" - at `$.")[2].rstrip("`")) from None


def bad_value(field: str) -> SettingsProblem:
    vi, en = WANTED[field]
    return SettingsProblem(
        f"{variable(field)} có giá trị không hợp lệ: cần {vi}.", f"{variable(field)} has a bad value: it takes {en}."
    )


def decode_path(kind: type, value: Any) -> Any:
    if kind is not Path:
        raise NotImplementedError(kind)
    return Path(value).absolute()  # The server changes its folder when it drops its privileges.


def check_urls(settings: Settings) -> None:
    for field in ("database_url", "owner_database_url"):
        url = getattr(settings, field)
        if url is not None and not url.startswith(("postgresql://", "postgres://")):
            raise bad_value(field)
    if settings.database_url is None and settings.owner_database_url is not None:
        raise SettingsProblem(
            "THIDUA_OWNER_DATABASE_URL được đặt mà THIDUA_DATABASE_URL thì không: hãy đặt cả hai, hoặc không đặt.",
            "THIDUA_OWNER_DATABASE_URL is set without THIDUA_DATABASE_URL: set both, or neither.",
        )


def bucket_of(settings: Settings) -> tuple[str, str] | None:
    """The bucket's name and the prefix in it; None where attachments lie in a folder."""
    matched = _BUCKET.fullmatch(settings.attachments or "")
    return (matched[1], matched[2] or "") if matched else None


def attachments_folder(settings: Settings) -> Path:
    """Where attachments lie, if not in a bucket; by default beside the database's folder."""
    return Path(settings.attachments) if settings.attachments else settings.data_dir / "attachments"


def check_attachments(settings: Settings) -> None:
    """Raises: SettingsProblem, for an address that is none, or holds a key, or a bucket without keys."""
    bucket = bucket_of(settings)
    if bucket is None and "://" in (settings.attachments or ""):
        raise bad_value("attachments")
    if settings.attachments_endpoint and not _ENDPOINT.fullmatch(settings.attachments_endpoint):
        raise bad_value("attachments_endpoint")
    if bucket and not (settings.attachments_access_key and settings.attachments_secret_key):
        raise SettingsProblem(
            "THIDUA_ATTACHMENTS là kho s3:// nhưng thiếu THIDUA_ATTACHMENTS_ACCESS_KEY hoặc "
            "THIDUA_ATTACHMENTS_SECRET_KEY: hãy đặt cả hai.",
            "THIDUA_ATTACHMENTS is an s3:// storage without THIDUA_ATTACHMENTS_ACCESS_KEY or "
            "THIDUA_ATTACHMENTS_SECRET_KEY: set both.",
        )


def default_data_dir(environment: Mapping[str, str]) -> Path:
    if privileges.is_root():
        return privileges.STATE_FOLDER / "data"
    state = environment.get("XDG_STATE_HOME") or Path(environment.get("HOME") or Path.home()) / ".local" / "state"
    return Path(state) / "thidua"


def default_deploy_dir() -> Path:
    """Where `federations/` and `rules/` are: the installed copy, or the checkout's of a program run from source."""
    installed = Path(sys.prefix).resolve() / "share" / "thidua"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[2] / "deploy"
