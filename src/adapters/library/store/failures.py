"""What PostgreSQL and our log refuse, in the library's own families of errors."""

import asyncpg
from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InternalError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)

from adapters.postgres.pool import is_gone
from application.ports import Unavailable, UnknownTenant, VersionConflict


class NotOpened(ProgrammingError):
    """The tables know nothing of this application yet."""


_FAMILIES: tuple[tuple[type[Exception], type[PersistenceError]], ...] = (
    (VersionConflict, IntegrityError),
    (asyncpg.IntegrityConstraintViolationError, IntegrityError),
    (Unavailable, OperationalError),
    (UnknownTenant, NotOpened),
    (asyncpg.DataError, DataError),  # Also the client's own, about an argument.
    (asyncpg.ProgramLimitExceededError, DataError),
    (asyncpg.InvalidAuthorizationSpecificationError, OperationalError),
    (asyncpg.InvalidCatalogNameError, OperationalError),
    (asyncpg.SyntaxOrAccessError, ProgrammingError),  # No such table or function; no right to it.
    (asyncpg.InvalidSchemaNameError, ProgrammingError),
    (asyncpg.InternalServerError, InternalError),
    (asyncpg.PostgresError, DatabaseError),
    (asyncpg.InterfaceError, DatabaseError),
    (ValueError, DataError),
    (TypeError, DataError),
    (OverflowError, DataError),
)


def translated(error: Exception) -> Exception:
    """The error as the library's callers know it; bugs come through as they are."""
    if isinstance(error, PersistenceError):
        return error
    if isinstance(error, VersionConflict):
        return IntegrityError(f"Aggregate {error.stream_id} is not at the version before the new event's")
    if is_gone(error):
        return OperationalError(str(error) or type(error).__name__)
    for ours, theirs in _FAMILIES:
        if isinstance(error, ours):
            return theirs(str(error) or type(error).__name__)
    return error
