# mypy: ignore-errors
"""Litestar + asyncpg as one would write it at its least: a decoded body, one INSERT over a pool, an answer.

No key, no access, no idempotency, no version, no history. It runs on the peers' Python under uvicorn.
"""

import os
from datetime import date
from uuid import uuid4

import asyncpg
import msgspec
from litestar import Litestar, post
from litestar.datastructures import State

POOL_SIZE = int(os.environ.get("POOL_SIZE", "16"))
INSERT = (
    "INSERT INTO registrations (id, campaign_id, unit_id, kind, subject, name, happened_on)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
)


class Registration(msgspec.Struct):
    campaign_id: str
    unit_id: str
    kind: str
    subject: dict[str, str]
    name: str
    happened_on: date | None = None


@post("/v1/registrations")
async def register(data: Registration, state: State) -> dict[str, str]:
    made = uuid4()
    subject = msgspec.json.encode(data.subject).decode()
    await state.pool.execute(
        INSERT, made, data.campaign_id, data.unit_id, data.kind, subject, data.name, data.happened_on
    )
    return {"id": str(made)}


async def connect(app: Litestar) -> None:
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=POOL_SIZE, max_size=POOL_SIZE)


app = Litestar([register], on_startup=[connect], openapi_config=None, logging_config=None)
