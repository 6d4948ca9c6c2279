"""The proportions of the code: small files, small functions, names that say something."""

import re
from statistics import median, quantiles

from tests.support.tree import PROJECT, functions, project_files, python_files, shown, text_of

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
FUNCTION_LINES_MEDIAN = 8
FUNCTION_LINES_P90 = 25
SAYS_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "service",
    "data",
    "info",
    "base",
    "core",
}
LATER = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")))
PACKAGES = {"domain", "tenants", "application", "adapters"}


def test_no_python_file_is_over_400_lines() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_no_function_is_over_50_lines() -> None:
    sizes = {f"{shown(path)}: {name}": lines for path in python_files() for name, lines in functions(path)}
    assert {name: lines for name, lines in sizes.items() if lines > FUNCTION_LINES_MAX} == {}


def test_half_of_the_functions_have_8_lines_or_fewer_and_nine_in_ten_25() -> None:
    sizes = [lines for path in python_files("src") for _, lines in functions(path)]
    assert median(sizes) <= FUNCTION_LINES_MEDIAN
    assert quantiles(sizes, n=10)[-1] <= FUNCTION_LINES_P90


def test_no_module_is_called_by_a_word_that_says_nothing() -> None:
    names = {shown(path): {path.stem, path.parent.name} for path in python_files()}
    assert [path for path, words in names.items() if words & SAYS_NOTHING] == []


def test_nothing_is_put_off_in_a_comment() -> None:
    code = [path for path in project_files() if path.suffix in {".py", ".sql", ".sh", ".toml", ".md"}]
    assert [shown(path) for path in code if LATER.search(text_of(path) or "")] == []


def test_src_holds_the_four_packages_and_nothing_else() -> None:
    inside = {
        path.relative_to(PROJECT / "src").parts for path in project_files() if path.is_relative_to(PROJECT / "src")
    }
    assert {parts[0] for parts in inside} == PACKAGES


def test_a_folder_with_python_in_src_is_a_package_and_tests_have_none() -> None:
    """Without `__init__.py` the import contracts and the installation would pass a folder over in silence."""
    folders = {path.parent for path in python_files("src")}
    assert [shown(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
    assert [shown(path) for path in python_files("tests") if path.name == "__init__.py"] == []
