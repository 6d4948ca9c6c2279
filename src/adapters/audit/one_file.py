"""`verify.py`: the verifier's parts as one file, for people who have nothing of ours."""

import ast
from pathlib import Path

PARTS = ("reading", "envelopes", "trees", "notes", "terms", "claims", "checking", "words", "telling")
FOLDER = Path(__file__).parent / "verifier"
PACKAGE = "adapters.audit.verifier"
HEAD = '''"""Checks an audit bundle of Thi Đua, without a network. / Kiểm tra gói kiểm toán của Thi Đua, không cần mạng.

It needs Python 3.11 or later and the package `cryptography`, and nothing else.

    python verify.py BUNDLE --key KEY [--witness KEY]... [--witnesses-required N] [--lang vi|en]
"""
'''


def one_file() -> str:
    """The text of `verify.py`: the same for the same release."""
    imports: set[tuple[str, str]] = set()
    bodies: list[str] = []
    for part in PARTS:
        found, body = _taken_apart((FOLDER / f"{part}.py").read_text(encoding="utf-8"))
        imports |= found
        bodies.append(f"# --- {part} {'-' * (80 - len(part))}\n\n{body}")
    return "\n\n".join([f"{HEAD}\n{_imported(imports)}", *bodies])


def _imported(imports: set[tuple[str, str]]) -> str:
    """The import lines, those of a module side by side."""
    lines = []
    for module in sorted({module for module, _ in imports}, key=lambda module: ("cryptography" in module, module)):
        names = sorted(name for of, name in imports if of == module and name)
        lines += [f"import {module}\n"] if (module, "") in imports else []
        lines += [f"from {module} import {', '.join(names)}\n"] if names else []
    return "".join(lines)


def _taken_apart(source: str) -> tuple[set[tuple[str, str]], str]:
    """A part's imports from outside (module and name, "" for the module itself), and what stands below its imports."""
    tree, lines = ast.parse(source), source.splitlines(keepends=True)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    last = max(node.end_lineno or 0 for node in [*imports, tree.body[0]])
    return {each for node in imports for each in _named(node)}, "".join(lines[last:]).strip() + "\n"


def _named(node: ast.Import | ast.ImportFrom) -> list[tuple[str, str]]:
    if isinstance(node, ast.Import):
        return [(each.name, "") for each in node.names]
    assert node.module is not None, "the parts name each other in full"
    return [] if node.module.startswith(PACKAGE) else [(node.module, each.name) for each in node.names]
