"""Pictures and PDF files for tests, with things in them that must not stay."""

import io
from functools import cache

import pikepdf
from PIL import Image

SECRET = b"Secret maker"
HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@cache
def photo(width: int = 60, height: int = 40) -> bytes:
    """A JPEG lying on its side, with its maker, its place and a comment."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif[274] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    return _saved(Image.new("RGB", (width, height), "teal"), "JPEG", exif=exif, comment=SECRET)


@cache
def drawing() -> bytes:
    """A PNG that one can see through."""
    return _saved(Image.new("RGBA", (20, 10), (0, 0, 0, 0)), "PNG")


@cache
def picture(kind: str) -> bytes:
    return _saved(Image.new("RGB", (16, 8), "teal"), kind)


@cache
def bomb() -> bytes:
    """A few kilobytes that unpack to 90 million pixels."""
    return _saved(Image.new("1", (9500, 9500)), "PNG")


@cache
def paper(password: str = "") -> bytes:
    """A PDF file of one page, with its author, a script, an attached program and a photograph."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Author"] = SECRET.decode()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    pdf.attachments["x.exe"] = b"MZ" + SECRET
    image = pikepdf.Stream(
        pdf,
        photo(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=60,
        Height=40,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
    out = io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=password) if password else False)
    return out.getvalue()


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()
