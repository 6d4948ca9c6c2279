"""What `thidua audit keys` does."""

import click

from adapters.keys.log_keys import read_log_keys, retire_log_key, retired_file, rotate_log_keys
from adapters.said import both
from adapters.settings import Settings


def print_keys(settings: Settings) -> None:
    """The public lines, the newest first. Raises: LogKeysRefused."""
    for key in read_log_keys(settings.log_keys_file):
        click.echo(key.public_line())


def rotate_keys(settings: Settings) -> None:
    """Raises: LogKeysRefused."""
    rotate_log_keys(settings.log_keys_file, settings.log_name)
    click.echo(
        both(
            "Đã thêm khóa mới; hãy gửi dòng đầu cho mọi nhân chứng và người kiểm tra trước khi rút khóa cũ.",
            "A new key was added; give the first line to every witness and verifier before the old one is retired.",
        ),
        err=True,
    )
    print_keys(settings)


def retire_key(settings: Settings) -> None:
    """Raises: LogKeysRefused."""
    retired, beside = retire_log_key(settings.log_keys_file).public_line(), retired_file(settings.log_keys_file)
    click.echo(
        both(
            f"Khóa {retired} không ký nữa; dòng này được giữ ở {beside} để kiểm tra các mốc cũ.",
            f"The key {retired} no longer signs; {beside} keeps this line, to check older checkpoints by.",
        ),
        err=True,
    )
    print_keys(settings)
