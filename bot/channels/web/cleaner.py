"""Makes a customer's file harmless. Runs as a process of its own, which may die of what it reads:

    python -I cleaner.py jpeg|png|gif|webp|pdf < file > cleaned

Pictures are decoded and drawn anew, so nothing but their pixels is left. Of a PDF what tells of its maker and what
acts by itself is taken out. The answer is one line of JSON (`content_type`, `width`, `height`) and then the content;
the exit code says what is wrong. It imports nothing of ours and writes no file.
"""

import io
import json
import resource
import sys
from typing import Any, Final

MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 4096  # still legible, when it is a photographed page
MOST_BYTES: Final = 10 * 1024 * 1024
MEMORY: Final = 1 << 30
CPU_SECONDS: Final = 20
UNREADABLE, TOO_MANY_PIXELS, PROTECTED = 3, 4, 5  # exit codes
_DEPTH: Final = 40  # of nested dictionaries in one object of a PDF

_ABOUT: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")
_ACTING: Final = (
    "/OpenAction",
    "/AA",
    "/JS",
    "/JavaScript",
    "/EmbeddedFiles",
    "/EF",
    "/AF",
    "/XFA",
    "/RichMediaContent",
)
_DEEDS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"})


class Refused(Exception):
    """What the exit code says."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def limit_self() -> None:
    """A file that asks for gigabytes or minutes ends this process and nothing else."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def clean_picture(content: bytes, kind: str) -> tuple[dict[str, Any], bytes]:
    """The upright first frame, at most 4096 pixels a side, as JPEG or (where it was drawn or see-through) as PNG."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - only after the limits, and not for a PDF

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=(kind.upper(),)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(TOO_MANY_PIXELS)
        if kind == "jpeg":
            picture.draft("RGB" if picture.mode != "L" else "L", (LONGEST_SIDE, LONGEST_SIDE))
        turned = ImageOps.exif_transpose(picture)
    drawn = _plain(turned)
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn.info.clear()
    sharp = drawn.mode == "RGBA" or kind in {"png", "gif"}
    saved = _saved(drawn, "PNG", optimize=False) if sharp else b""
    if not sharp or len(saved) > MOST_BYTES:
        sharp, saved = False, _saved(_on_white(drawn), "JPEG", quality=85, progressive=True)
    about = {"content_type": "image/png" if sharp else "image/jpeg", "width": drawn.width, "height": drawn.height}
    return about, saved


def _plain(picture: Any) -> Any:
    """In one of three modes: grey, colour, colour that one can see through."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def _on_white(picture: Any) -> Any:
    if picture.mode != "RGBA":
        return picture
    from PIL import Image  # noqa: PLC0415

    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _saved(picture: Any, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def clean_pdf(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The pages as they are, without properties, scripts, actions, forms that send, and attached files."""
    import pikepdf  # noqa: PLC0415

    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if not len(pdf.pages):
                raise Refused(UNREADABLE)
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            for each in pdf.objects:
                _strip(each, 0)
            out = io.BytesIO()
            pdf.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,  # nothing is unpacked
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=not pdf.is_encrypted,
                fix_metadata_version=False,
            )
    except pikepdf.PasswordError as exc:
        raise Refused(PROTECTED) from exc
    return {"content_type": "application/pdf"}, out.getvalue()


def _strip(each: Any, depth: int) -> None:
    """This object and what is written inside it; what it only refers to comes by itself."""
    import pikepdf  # noqa: PLC0415

    if depth > _DEPTH:
        raise Refused(UNREADABLE)
    if isinstance(each, pikepdf.Array):
        inside = list(each)
    elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
        for name in (*_ABOUT, *_ACTING):
            if name in each:
                del each[name]
        if str(each.get("/S", "")) in _DEEDS:
            del each["/S"]
        if isinstance(each, pikepdf.Stream):
            _strip_photo(each)
        inside = [each[name] for name in each.keys()]  # noqa: SIM118 - not a mapping
    else:
        return
    for one in inside:
        if not getattr(one, "is_indirect", True):  # numbers and truths are plain values
            _strip(one, depth + 1)


def _strip_photo(stream: Any) -> None:
    """A photograph on a page is a JPEG of its own, with its own place and time in it."""
    import pikepdf  # noqa: PLC0415

    if stream.get("/Filter") != pikepdf.Name.DCTDecode:
        return
    raw = stream.read_raw_bytes()
    bare = without_marks(raw)
    if len(bare) != len(raw):
        stream.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=stream.get("/DecodeParms"))


def without_marks(jpeg: bytes) -> bytes:
    """The JPEG without its application segments and comments, but those that say how its colours are meant."""
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:  # until the pixels begin
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        mark = jpeg[at + 1]
        told = mark == 0xFE or (0xE1 <= mark <= 0xEF and mark not in {0xE2, 0xEE})
        if not told:
            kept.append(jpeg[at : at + length])
        at += length
    return b"".join((*kept, jpeg[at:]))


def main() -> int:
    limit_self()
    kind, content = sys.argv[1], sys.stdin.buffer.read()
    try:
        about, cleaned = clean_pdf(content) if kind == "pdf" else clean_picture(content, kind)
    except Refused as refused:
        return refused.code
    except Exception as exc:  # noqa: BLE001 - whatever the file does to the libraries, it is the file that cannot be read
        return TOO_MANY_PIXELS if type(exc).__name__.startswith("DecompressionBomb") else UNREADABLE
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + cleaned)
    return 0


if __name__ == "__main__":
    sys.exit(main())
