"""The group `thidua witness`: a witness for the logs of others, on a machine of its own, without any database."""

from pathlib import Path

import click

from adapters.console.entry import configured
from adapters.console.witness_serving import make_witness_key, serve_witness

FILE = click.Path(path_type=Path)


@click.group("witness")
def witness_group() -> None:
    """Nhân chứng: cùng ký điểm kiểm tra của nhật ký người khác.

    A witness: cosigns the checkpoints of others' logs.
    """


@witness_group.command("key")
@click.argument("name")
@click.option("--key-file", type=FILE, required=True, help="The file to make.")
def witness_key(name: str, key_file: Path) -> None:
    """Tạo khóa của nhân chứng, in ra dòng công khai.

    Make a witness's key under NAME, such as witness.example.vn, and print its public line.
    """
    click.echo(make_witness_key(key_file, name))


@witness_group.command("serve")
@click.option("--key-file", type=FILE, required=True, help="The witness's key.")
@click.option("--logs", type=FILE, required=True, help="The logs to know: a public key and an origin a line.")
@click.option("--state", type=FILE, required=True, help="The folder that remembers what was cosigned.")
@click.option("--host", help="Address to serve on (THIDUA_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on (THIDUA_PORT).")
def witness_serve(key_file: Path, logs: Path, state: Path, host: str | None, port: int | None) -> None:
    """Chạy nhân chứng cho các nhật ký trong tệp.

    Serve a witness (C2SP tlog-witness) until SIGINT or SIGTERM.
    """
    serve_witness(configured(host=host, port=port), key_file, logs, state.absolute())
