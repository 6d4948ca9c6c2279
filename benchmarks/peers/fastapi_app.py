# mypy: ignore-errors
"""FastAPI + SQLAlchemy as their pages teach it, well configured: a pydantic body, a session a request, one INSERT.

One engine for the process with a full pool and pre-compiled statements, nothing expired on commit, no pre-ping.
No key, no access, no idempotency, no version, no history. It runs on the peers' Python under uvicorn.
"""

import os
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

POOL_SIZE = int(os.environ.get("POOL_SIZE", "16"))
engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"), pool_size=POOL_SIZE, max_overflow=0
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Table(DeclarativeBase):
    pass


class Row(Table):
    __tablename__ = "registrations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[str]
    unit_id: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[dict[str, str]] = mapped_column(JSONB)
    name: Mapped[str]
    happened_on: Mapped[date | None]


class Registration(BaseModel):
    campaign_id: str
    unit_id: str
    kind: str
    subject: dict[str, str]
    name: str
    happened_on: date | None = None


class Registered(BaseModel):
    id: UUID


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


app = FastAPI(openapi_url=None)


@app.post("/v1/registrations", status_code=201)
async def register(asked: Registration, opened: Annotated[AsyncSession, Depends(session)]) -> Registered:
    row = Row(id=uuid4(), **asked.model_dump())
    opened.add(row)
    await opened.commit()
    return Registered(id=row.id)
