"""The eventsourcing library's persistence over our group commit: PERSISTENCE_MODULE=adapters.library.store."""

from adapters.library.store.factory import StoreFactory
from adapters.library.store.recorders import (
    StoreAggregateRecorder,
    StoreApplicationRecorder,
    StoreProcessRecorder,
    StoreTrackingRecorder,
)

__all__ = [
    "StoreAggregateRecorder",
    "StoreApplicationRecorder",
    "StoreFactory",
    "StoreProcessRecorder",
    "StoreTrackingRecorder",
]
