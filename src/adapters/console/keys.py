"""The master key at set-up: made for a database that holds nothing sealed yet, and never beside one that does."""

from pathlib import Path

from adapters.console.database import Urls
from adapters.keys.ciphers import MasterKey
from adapters.keys.master import MasterKeyRefused, ensure_master_key, read_master_key
from adapters.postgres.key_rows import PostgresKeyRows
from adapters.postgres.pool import Pool
from adapters.said import why


async def master_key_at_setup(path: Path, urls: Urls) -> MasterKey:
    """The master key of the file, which is made if the database needs none yet.

    Raises:
        MasterKeyRefused: it is missing where keys are wrapped by it, or cannot be made or read.
        Unavailable: the database is away.
    """
    if not await _wraps_keys(urls):
        make_master_key(path)
    return read_master_key(path)


def make_master_key(path: Path) -> None:
    """Raises: MasterKeyRefused: there is none and it cannot be made."""
    try:
        ensure_master_key(path)
    except OSError as error:
        vi, en = why(error)
        raise MasterKeyRefused(
            f"Không tạo được khóa chủ ở {path}: {vi}.", f"The master key cannot be made at {path}: {en}."
        ) from error


async def _wraps_keys(urls: Urls) -> bool:
    pool = await Pool.open(urls.serving, size=1, transaction_pooler=urls.transaction_pooler)
    try:
        return bool(await PostgresKeyRows(pool).master_ids())
    finally:
        await pool.close()
