from msgspec.structs import replace

from domain.refusals import Invalid
from domain.workbook import WORKBOOK, ImportedOtherwise, RecordImport, WorkbookImported
from tests.support.scenario import given

record = RecordImport(kind="members", file_sha256="9f" * 32, file_name="thang-3.xlsx", rows=120, changed=118, refused=2)
imported = WorkbookImported(
    kind="members", file_sha256="9f" * 32, file_name="thang-3.xlsx", rows=120, changed=118, refused=2, unit_id=None
)


def test_an_import_is_put_on_record() -> None:
    given(WORKBOOK).when(record).then(imported)


def test_the_same_import_again_changes_nothing() -> None:
    given(WORKBOOK, imported).when(record).then()


def test_an_import_with_other_figures_is_another() -> None:
    given(WORKBOOK, imported).when(replace(record, rows=121)).then_refused(ImportedOtherwise, rows=120)


def test_no_more_rows_are_dealt_with_than_there_are() -> None:
    given(WORKBOOK).when(replace(record, changed=119)).then_refused(Invalid, field="changed")


def test_an_import_is_the_matter_of_the_unit_that_it_was_made_for() -> None:
    unit = "00000000-0000-4000-8000-000000000002"
    assert WORKBOOK.unit(replace(record, unit_id=unit), WORKBOOK.initial) == unit
    assert WORKBOOK.unit(record, WORKBOOK.fold([replace(imported, unit_id=unit)])) == unit
