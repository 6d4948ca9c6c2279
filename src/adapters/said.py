"""What the platform says to those who run it: Vietnamese first, English beside it, both where they are needed."""

import errno


def both(vi: str, en: str) -> str:
    """One line in both languages."""
    return f"{vi} / {en}"


class Mendable(Exception):
    """What an operator can mend: one sentence in each language, which never repeats a secret."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(both(vi, en))
        self.vi, self.en = vi, en


SYSTEM_REASONS = {
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.ENOENT: "không tìm thấy",
    errno.ENOTDIR: "không phải thư mục",
    errno.EISDIR: "là thư mục, không phải tệp",
    errno.ENOSPC: "hết chỗ trên đĩa",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EADDRNOTAVAIL: "địa chỉ không thuộc máy này",
    errno.ECONNREFUSED: "ở đó không có máy chủ nào",
}


def why(error: OSError) -> tuple[str, str]:
    """The operating system's reason: Vietnamese, where it is one of those seen most, and English."""
    en = error.strerror or type(error).__name__
    return SYSTEM_REASONS.get(error.errno or 0, en), en
