"""An S3-compatible server on loopback, over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from moto.server import ThreadedMotoServer

from adapters.attachments.bucket import Bucket

BUCKET = "ho-so"


@contextmanager
def s3_server() -> Iterator[str]:
    """The URL of a server with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        httpx.put(f"http://{host}:{port}/{BUCKET}", timeout=10).raise_for_status()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def bucket_at(endpoint: str) -> Bucket:
    return Bucket(name=BUCKET, prefix="thi-dua", endpoint=endpoint, access_key="ai-do", secret_key="bi-mat")
