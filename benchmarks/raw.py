"""The raw limit: pgbench, prepared statements, a row or a hundred a transaction, and nothing else."""

import asyncio
import os
from pathlib import Path

from adapters.postgres import embedded

TABLES = """
CREATE TABLE one_row (id bigserial PRIMARY KEY, stream text, version int, data bytea);
CREATE TABLE hundred_rows (id bigserial PRIMARY KEY, stream text, version int, data bytea);
"""
ONE_ROW = "INSERT INTO one_row (stream, version, data) VALUES (md5(random()::text), 1, repeat('x', 200)::bytea);\n"
ROW = "('registration-2f6c1e0b-4a59-46a3-8be1-c92d5e10aa01', {}, repeat('x', 380)::bytea)"
"""As wide as a row of our log: the envelope is in it."""
HUNDRED_ROWS = "INSERT INTO hundred_rows (stream, version, data) VALUES " + ", ".join(map(ROW.format, range(1, 101)))
THREADS_MAX = 2
FIRST_TRANSACTIONS = 50


class Raw:
    """pgbench over a database of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._one, self._hundred = folder / "one.sql", folder / "hundred.sql"
        self._one.write_text(ONE_ROW)
        self._hundred.write_text(HUNDRED_ROWS + ";\n")
        self._rates: dict[tuple[Path, int], float] = {}

    async def one_row(self, clients: int, seconds: float) -> float:
        """Transactions a second; connecting is not counted."""
        return await self._run(self._one, clients, seconds)

    async def hundred_rows(self, seconds: float) -> float:
        return await self._run(self._hundred, 1, seconds)

    async def best_of(self, clients: tuple[int, ...], seconds: float) -> int:
        """The number of clients at which it is fastest."""
        for number in clients:
            await self.one_row(number, seconds)  # Warms up.
        rates = {number: await self.one_row(number, seconds) for number in clients}
        return max(rates, key=lambda number: rates[number])

    async def _run(self, script: Path, clients: int, seconds: float) -> float:
        """A slice is so many transactions a client as it last did in that time: pgbench counts time in whole seconds,
        from before its clients have connected."""
        known = self._rates.get((script, clients))
        transactions = FIRST_TRANSACTIONS if known is None else max(1, round(known * seconds / clients))
        threads = min(clients, THREADS_MAX, os.cpu_count() or 1)
        options = ["-n", "-M", "prepared", "-c", str(clients), "-j", str(threads), "-t", str(transactions)]
        rate = self._rates[script, clients] = await self._tps(*options, "-f", str(script))
        return rate

    async def _tps(self, *options: str) -> float:
        process = await asyncio.create_subprocess_exec(
            str(embedded.BINARIES / "pgbench"), *options, self._url,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        printed, complained = await process.communicate()
        assert process.returncode == 0, complained.decode()
        [line] = [line for line in printed.decode().splitlines() if line.startswith("tps")]
        return float(line.split()[2])
