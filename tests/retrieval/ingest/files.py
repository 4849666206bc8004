"""Files of the kinds that load reads, made small and real."""

from __future__ import annotations

import io


def make_pdf(*pages: str) -> bytes:
    """A PDF with one line of text after another on each page; an empty string is a page without text."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids: list[int] = []
    for page in pages:
        lines = " T* ".join(f"({line.replace('(', '').replace(')', '')}) Tj" for line in page.split("\n"))
        stream = f"BT /F1 11 Tf 14 TL 50 750 Td {lines} ET".encode("cp1252") if page else b""
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        font = (
            b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>"
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources %s /Contents %d 0 R >>"
            % (font, len(objects))
        )
    listed = " ".join(f"{kid} 0 R" for kid in kids).encode()
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(kids))
    objects.append(b"<< /Title (Report on the Truce) /Author (Monitors) /CreationDate (D:20240305120000Z) >>")
    body = io.BytesIO()
    body.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(body.tell())
        body.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = body.tell()
    body.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        body.write(b"%010d 00000 n \n" % place)
    body.write(
        b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, len(objects), table)
    )
    return body.getvalue()


def make_docx() -> bytes:
    """A DOCX with headings, a nested list, and a table between two paragraphs."""
    import docx

    document = docx.Document()
    document.core_properties.title = "Memorandum on the Crossing"
    document.core_properties.author = "Joint Commission"
    document.add_heading("Memorandum on the Crossing", 0)
    document.add_heading("Duties", 1)
    document.add_paragraph("The parties agreed on the following duties:")
    document.add_paragraph("to open the gate at dawn;", style="List Bullet")
    document.add_paragraph("to count the carts;", style="List Bullet")
    document.add_paragraph("to write the number down.", style="List Number")
    document.add_paragraph("Tolls are set out here:")
    table = document.add_table(rows=0, cols=2)
    for name, toll in (("Cart", "Toll"), ("Small", "one coin"), ("Large", "two coins")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, toll
    document.add_paragraph("Nothing else is charged at the crossing.")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Talks on the Crossing Resume | The Courier</title>
<meta property="og:site_name" content="The Courier">
<meta property="article:published_time" content="2024-02-11T08:00:00Z">
<meta property="og:title" content="Talks on the Crossing Resume"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/login">Log in</a></nav>
<article><h1>Talks on the Crossing Resume</h1>
<p>Envoys of both towns met on Sunday for the first time since the bridge was closed,
and agreed to meet again within a week.</p>
<h2>What divides them</h2>
<p>Three points remain open, according to the mediator, who spoke to reporters after the meeting:</p>
<ul><li>who repairs the bridge;</li><li>who guards the gate;</li><li>how the tolls are shared.</li></ul>
<p>Neither side would say which of the three weighs most. The table shows what each has offered so far.</p>
<table><tr><th>Town</th><th>Offer</th></tr><tr><td>Upper Lea</td><td>half of the repair</td></tr>
<tr><td>Lower Lea</td><td>guards for a year</td></tr></table>
<p>The mediator expects an answer by the end of the month, when the snow melts and the ferry can no longer cross.</p>
</article><footer>Copyright The Courier</footer></body></html>"""
