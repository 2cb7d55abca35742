"""Workbooks of which every byte is chosen: what no program writes, and what other programs than ours do."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = f"{OFFICE}/worksheet"
STYLES = f"""<styleSheet xmlns="{MAIN}">
<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"""
DAY = 's="1"'
"""The style of a cell whose number is a day."""


def raw_workbook(
    sheets: dict[str, str], *, states: dict[str, str] | None = None, texts: str = "", prefix: str = ""
) -> bytes:
    """A workbook with these sheets.

    Parameters
    ----------
    sheets
        What stands in the element `sheetData` of each, or a whole sheet, which begins with `<?xml`.
    states
        Of the sheets that are not visible.
    texts
        The elements of its list of shared texts.
    """
    start, xmlns = (f"{prefix}:", f"xmlns:{prefix}") if prefix else ("", "xmlns")
    listed, relations, content = "", "", io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        for number, (name, data) in enumerate(sheets.items(), start=1):
            state = f' state="{(states or {})[name]}"' if name in (states or {}) else ""
            listed += f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>'
            relations += f'<Relationship Id="rId{number}" Type="{TYPES}" Target="worksheets/sheet{number}.xml"/>'
            whole = f'<{start}worksheet {xmlns}="{MAIN}"><{start}sheetData>{data}</{start}sheetData></{start}worksheet>'
            book.writestr(f"xl/worksheets/sheet{number}.xml", data if data.startswith("<?xml") else whole)
        relations += f'<Relationship Id="rId98" Type="{OFFICE}/styles" Target="styles.xml"/>'
        relations += f'<Relationship Id="rId99" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        package = "http://schemas.openxmlformats.org/package/2006"
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>'
        )
        book.writestr("xl/styles.xml", STYLES)
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
    return content.getvalue()


def inline(reference: str, text: str) -> str:
    """A cell with its text inside."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def row(number: int, *cells: str) -> str:
    """A row: a cell is text, or the XML of one."""
    written = (
        cell if cell.startswith("<") else inline(f"{chr(ord('A') + column)}{number}", cell) if cell else ""
        for column, cell in enumerate(cells)
    )
    return f'<row r="{number}">{"".join(written)}</row>'
