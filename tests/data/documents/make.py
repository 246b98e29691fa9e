"""Makes the office documents, PDFs and web archives beside it: python3 make.py

Every text is made up. The files are small and the same at each run.
"""

import gzip
import os
import zipfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)


def archive(name, parts, method=zipfile.ZIP_DEFLATED):
    path = os.path.join(HERE, name)
    with zipfile.ZipFile(path, "w", method) as out:
        for part, text in parts:
            info = zipfile.ZipInfo(part, (2020, 1, 1, 0, 0, 0))
            info.compress_type = method
            out.writestr(info, text)


def docx(body, **more):
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W} {MC}><w:body>{body}</w:body></w:document>'
    parts = [("[Content_Types].xml", types), ("word/document.xml", document)]
    return parts + [(name.replace("__", "/") + ".xml", text) for name, text in more.items()]


def p(*runs):
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


core = """<?xml version="1.0"?><cp:coreProperties
 xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
<dc:title>关于做好防汛工作的通知</dc:title><dcterms:created>2020-06-01T08:00:00Z</dcterms:created>
<dcterms:modified>2020-06-02T08:00:00Z</dcterms:modified></cp:coreProperties>"""
archive("notice.docx", docx(p("各乡镇要加强", "巡查，") + p("沿江群众提前转移 &amp; 物资到位。"), docProps__core=core))
tracked = (
    "<w:p><w:r><w:t>会议推迟到</w:t></w:r>"
    "<w:del><w:r><w:delText>周一</w:delText></w:r></w:del><w:ins><w:r><w:t>周五</w:t></w:r></w:ins>"
    "<w:r><w:t>举行</w:t><w:tab/><w:t>请转告</w:t><w:br/><w:t>联系人：李四</w:t></w:r></w:p>"
    "<w:p><w:r><w:ruby><w:rt><w:r><w:t>tāo</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>饕</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    "<w:p><mc:AlternateContent><mc:Choice><w:r><w:t>框内文字</w:t></w:r></mc:Choice>"
    "<mc:Fallback><w:r><w:t>框内文字</w:t></w:r></mc:Fallback></mc:AlternateContent>"
    "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
)
notes = f'<?xml version="1.0"?><w:footnotes {W}><w:footnote>{p("注：数字为初步统计。")}</w:footnote></w:footnotes>'
archive("tracked.docx", docx(tracked, word__footnotes=notes))
table = f"<w:tbl><w:tr><w:tc>{p('县')}</w:tc><w:tc>{p('降雨量')}</w:tc></w:tr><w:tr><w:tc>{p('临江')}</w:tc><w:tc>{p('52.5毫米')}</w:tc></w:tr></w:tbl>"
archive("table.docx", docx(p("&#38632;情") + table), zipfile.ZIP_STORED)
with open(os.path.join(HERE, "notice.docx"), "rb") as whole:
    write("broken.docx", whole.read()[:600])


def pdf(objects, info=None):
    out, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R" % (len(objects) + 1)
    if info:
        trailer += b" /Info %d 0 R" % info
    return out + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % xref


def stream(data):
    packed = zlib.compress(data)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream"


def pages(contents, font):
    head = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(contents), b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(contents)))),
        font,
    ]
    for at, content in enumerate(contents):
        head.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (5 + 2 * at)
        )
        head.append(stream(content))
    return head


def chinese(lines_of_pages):
    """Characters by numbers of their own, and the table to Unicode that tells them."""
    used = sorted({c for lines in lines_of_pages for line in lines for c in line})
    number = {c: at for at, c in enumerate(used, 1)}
    contents = []
    for lines in lines_of_pages:
        text = b"BT /F 12 Tf 72 770 Td 16 TL\n"
        for line in lines:
            text += b"<" + b"".join(b"%04x" % number[c] for c in line) + b"> Tj T*\n"
        contents.append(text + b"ET")
    count = len(contents)
    first = 4 + 2 * count
    objects = pages(contents, b"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H"
                    b" /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (first, first + 1))
    objects.append(b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 1000"
                   b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
                   b" /FontDescriptor %d 0 R >>" % (first + 2))
    table = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Made def\n"
    table += b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    for at in range(0, len(used), 100):
        some = used[at : at + 100]
        table += b"%d beginbfchar\n" % len(some)
        for c in some:
            table += b"<%04x> <%s>\n" % (number[c], c.encode("utf-16-be").hex().encode())
        table += b"endbfchar\n"
    table += b"endcmap end end"
    objects.append(stream(table))
    objects.append(b"<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontBBox [0 0 1000 1000]"
                   b" /ItalicAngle 0 /Ascent 900 /Descent -100 /CapHeight 700 /StemV 80 >>")
    title = b"\xfe\xff" + "防汛通知".encode("utf-16-be")
    objects.append(b"<< /Title <" + title.hex().encode() + b"> /CreationDate (D:20200601080000+08'00') >>")
    return pdf(objects, len(objects))


write("notice.pdf", chinese([["各乡镇要加强巡查，", "沿江群众提前转移，物资全部到位。"], ["第二页：请各单位按时报送。"]]))
helvetica = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
words = b"BT /F 12 Tf 72 770 Td 16 TL (The dike at Linjiang held.) Tj T* (Patrols go on until Friday.) Tj ET"
write("dike.pdf", pdf(pages([words], helvetica)))
write("scanned.pdf", pdf(pages([b"0 0 595 842 re f"], helvetica)))
write("broken.pdf", b"%PDF-1.5\nthis is no PDF, whatever it says\n")


def record(kind, body, *fields, version="1.0"):
    head = [f"WARC/{version}", f"WARC-Type: {kind}", "WARC-Date: 2020-06-01T08:00:00Z", *fields]
    head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"\r\n\r\n"


def answer(uri, body, content_type="text/html", code="200 OK", *fields):
    head = [f"HTTP/1.1 {code}", f"Content-Type: {content_type}", *fields]
    http = "\r\n".join(head).encode() + b"\r\n\r\n" + body
    return record("response", http, f"WARC-Target-URI: {uri}", "Content-Type: application/http; msgtype=response")


FLOOD = "临江县连日降雨，县防汛办要求各乡镇加强巡查。"
SNOW = "清河镇昨夜普降大雪，环卫工人凌晨三点上街扫雪。"
TEA = "云岭乡春茶开采，合作社请来农技员到地头讲课。"


def page(title, text):
    return f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>"


flood = page("防汛", FLOOD).encode()
chunked = b"%x\r\n" % 20 + flood[:20] + b"\r\n%x\r\n" % len(flood[20:]) + flood[20:] + b"\r\n0\r\n\r\n"
info = record("warcinfo", b"software: made by hand\r\n", "Content-Type: application/warc-fields")
request = record("request", b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n", "WARC-Target-URI: https://news.example/1")
write(
    "crawl.warc",
    info
    + request
    + answer("https://news.example/1", chunked, "text/html; charset=utf-8", "200 OK", "Transfer-Encoding: chunked")
    + answer("https://news.example/logo.png", b"\x89PNG\r\n\x1a\n\r\n\r\nWARC/1.0\r\n", "image/png")
    + answer("https://news.example/gone", page("404", "没有这一页").encode(), "text/html", "404 Not Found")
    + answer("https://shop.example/2", gzip.compress(page("雪", SNOW).encode(), mtime=0), "text/html", "200 OK", "Content-Encoding: gzip"),
)
write(
    "texts.wet",
    info
    + record("conversion", TEA.encode(), "WARC-Target-URI: https://tea.example/3", "Content-Type: text/plain")
    + record("conversion", SNOW.encode(), "WARC-Target-URI: <https://tea.example/4>", "Content-Type: text/plain", version="1.1"),
)
members = [info, answer("http://old.example/5", page("旧页", TEA).encode("gb18030"), "text/html")]
members.append(answer("http://old.example/6", page("又一页", FLOOD).encode("gb18030"), "text/html"))
write("members.warc.gz", b"".join(gzip.compress(member, mtime=0) for member in members))
with open(os.path.join(HERE, "crawl.warc"), "rb") as whole:
    write("broken.warc", whole.read()[:900])
