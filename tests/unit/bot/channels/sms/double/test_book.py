from pathlib import Path

from bot.channels.sms.double.book import Book
from bot.channels.sms.double.texts import Direction, StoredText, new_sid
from handoff.clock import utc_now


def _text(body: str, phone: str = "+34600000001") -> StoredText:
    return StoredText(
        sid=new_sid(),
        direction=Direction.INBOUND,
        sender=phone,
        to="+15005550006",
        body=body,
        status="received",
        segments=1,
        created_at=utc_now(),
        updated_at=utc_now(),
        media=("https://example.org/a.jpg",),
    )


def test_texts_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state" / "texts.db"
    book = Book(path)
    kept, gone = book.add(_text("¡hola! 🙂")), book.add(_text("adiós"))
    changed = book.change(kept.sid, status="delivered", sent_at=utc_now())
    book.remove(gone.sid)
    book.close()
    again = Book(path)
    assert again.newest_first() == [changed]
    again.close()


def test_threads_are_kept_apart_and_the_newest_phone_is_first() -> None:
    book = Book()
    first, second = book.add(_text("a")), book.add(_text("b", "+34600000002"))
    third = book.add(_text("c"))
    assert book.thread("+34600000001") == [first, third]
    assert book.thread("+34600000002") == [second]
    assert book.phones() == ["+34600000001", "+34600000002"]


def test_every_change_is_news() -> None:
    book = Book()
    text = book.add(_text("a"))
    before = book.version
    book.change(text.sid, status="failed")
    assert book.version > before
    assert book.change("SM0", status="failed") is None
