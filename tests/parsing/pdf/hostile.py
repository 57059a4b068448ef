"""PDF files made byte by byte, for what no producer would write."""

import os
import zlib
from io import BytesIO

WORDS = b"BT /F1 12 Tf 72 700 Td (Some words that can be read on this page.) Tj ET\n"
PICTURE = b"q 500 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q\n"


def pdf(*contents: bytes, resources: bytes = b"") -> bytes:
    """A PDF with a page for each content stream, in Helvetica; the streams are objects 4, 6, 8 …"""
    return deflated(*(zlib.compress(content, 9) for content in contents), resources=resources)


def deflated(*contents: bytes, resources: bytes = b"") -> bytes:
    """The same of content streams that are compressed already."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    pages = []
    for index, packed in enumerate(contents):
        number = 4 + 2 * index
        # As a form too, so that a page can draw its own content.
        objects[number] = (
            b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length %d/Filter/FlateDecode>>"
            b"stream\n%s\nendstream" % (len(packed), packed)
        )
        objects[number + 1] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>%s>>>>" % (number, resources)
        )
        pages.append(b"%d 0 R" % (number + 1))
    objects[2] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), b" ".join(pages))
    return _written(objects)


def _written(objects: dict[int, bytes]) -> bytes:
    out = BytesIO()
    out.write(b"%PDF-1.7\n")
    table = [b"0000000000 65535 f \n"]
    for number in sorted(objects):
        table.append(b"%010d 00000 n \n" % out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, objects[number]))
    start = out.tell()
    out.write(b"xref\n0 %d\n%s" % (len(table), b"".join(table)))
    out.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(table), start))
    return out.getvalue()


def locked(data: bytes, user: str, owner: str, algorithm: str) -> bytes:
    """A PDF file encrypted with these passwords."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(user, owner_password=owner, algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def cpu_seconds() -> float:
    """The processor time of this process and its children so far: a busy machine changes nothing."""
    times = os.times()
    return times.user + times.children_user
