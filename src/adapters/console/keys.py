"""The master key at set-up: made for a database that holds nothing sealed yet, and never beside one that does."""

from pathlib import Path

from adapters.keys.ciphers import MasterKey
from adapters.keys.master import MasterKeyRefused, ensure_master_key, read_master_key
from adapters.postgres.key_rows import PostgresKeyRows
from adapters.postgres.pool import Pool


async def master_key_at_setup(path: Path, serving_url: str) -> MasterKey:
    """The master key of the file, which is made if the database needs none yet.

    Raises:
        MasterKeyRefused: it is missing where keys are wrapped by it, or cannot be made or read.
        Unavailable: the database is away.
    """
    if not await _wraps_keys(serving_url):
        make_master_key(path)
    return read_master_key(path)


def make_master_key(path: Path) -> None:
    """Raises: MasterKeyRefused: there is none and it cannot be made."""
    try:
        ensure_master_key(path)
    except OSError as error:
        raise MasterKeyRefused(f"The master key cannot be made at {path}: {error.strerror}.") from error


async def _wraps_keys(serving_url: str) -> bool:
    pool = await Pool.open(serving_url, size=1)
    try:
        return bool(await PostgresKeyRows(pool).master_ids())
    finally:
        await pool.close()
