"""What becomes of files in the database, on both of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from handoff import service
from handoff.errors import NotFound
from handoff.service import Inbound
from handoff.service.base import uploads
from handoff.service.base.core import work
from handoff.service.base.uploads import NewFile, UploadsFull, UploadsOff, UploadView
from handoff.sweeper import Sweeper
from tests.support.core import World, make_core


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    core = make_core(database_url)
    yield World(core=core)
    core.database.dispose()


def keep(world: World, chat: str, name: str = "f1", content: bytes = b"picture") -> UploadView:
    new = NewFile(client_id=name, fingerprint=name, content=content, content_type="image/jpeg", width=3, height=2)
    return uploads.keep_upload(world.core, chat, new, now=world.now)


def send(world: World, chat: str, *ids: str, text: str = "", name: str = "m1") -> service.Recorded:
    inbound = Inbound(
        channel="web",
        account="web",
        address="",
        text=text,
        at=world.now,
        conversation_id=chat,
        client_id=name,
        uploads=ids,
    )
    return service.record_inbound(world.core, inbound, now=world.now)


def content(world: World, chat: str, upload: str) -> bytes:
    return uploads.read_upload(world.core, chat, upload, now=world.now).content


def tick(world: World) -> None:
    Sweeper(service.CoreBox(world.core), lambda: world.now).tick(world.now)


def test_a_file_that_nobody_sends_is_swept_and_one_that_was_sent_is_not(world: World) -> None:
    chat = world.visit()
    orphan, sent = keep(world, chat, "f1"), keep(world, chat, "f2")
    send(world, chat, sent.id)
    world.later(hours=5)
    tick(world)
    assert content(world, chat, orphan.id)
    world.later(hours=2)
    tick(world)
    with pytest.raises(NotFound):
        content(world, chat, orphan.id)
    assert content(world, chat, sent.id) == b"picture"


def test_a_message_whose_file_is_gone_leaves_nothing_behind(world: World) -> None:
    chat = world.visit()
    kept = keep(world, chat)
    before = service.read_conversation(world.core, chat, now=world.now)
    with pytest.raises(uploads.UploadGone):
        send(world, chat, kept.id, "unknown")
    assert service.read_conversation(world.core, chat, now=world.now) == before
    send(world, chat, kept.id)
    (said,) = [each for each in service.read_conversation(world.core, chat, now=world.now).messages if each.attachments]
    assert [each.id for each in said.attachments] == [kept.id]
    assert (said.text, said.attachments[0].bytes, said.attachments[0].width) == ("", 7, 3)


def test_the_stream_tells_of_the_file_as_the_page_does(world: World) -> None:
    chat = world.visit()
    after = service.read_conversation(world.core, chat, now=world.now).cursor
    send(world, chat, keep(world, chat).id)
    (item,) = service.read_stream(world.core, chat, after)
    assert item.data == service.read_conversation(world.core, chat, now=world.now).messages[-1]
    assert item.data.attachments


def test_a_picture_without_a_word_is_a_turn_that_says_so(world: World) -> None:
    chat = world.visit()
    send(world, chat, keep(world, chat, "f1").id, keep(world, chat, "f2").id)
    (turn,) = service.take_turns(world.core, owner="test", limit=1, now=world.now)
    assert (turn.text.strip(), turn.media) == ("", 2)


def test_a_conversation_has_room_for_only_so_much(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = world.visit()
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    keep(world, chat, "f1")
    keep(world, chat, "f2")
    keep(world, chat, "f2")
    with pytest.raises(UploadsFull):
        keep(world, chat, "f3")
    with pytest.raises(UploadsFull):
        uploads.check_uploads(world.core, chat)
    other = service.start_conversation(
        world.core, channel="web", account="web", address="other", language="en", now=world.now
    ).conversation_id
    monkeypatch.setattr(uploads, "MOST_BYTES", 8)
    keep(world, other, "f1")
    with pytest.raises(UploadsFull):
        keep(world, other, "f2")


def test_switched_off_nothing_is_kept(world: World) -> None:
    chat = world.visit()
    off = world.core.business.channels.model_copy(
        update={"web": world.core.business.channels.web.model_copy(update={"attachments": False})}
    )
    world.core = replace(world.core, business=world.core.business.model_copy(update={"channels": off}))
    with pytest.raises(UploadsOff):
        keep(world, chat)


def test_erasing_takes_every_file_of_the_conversation(world: World) -> None:
    chat = world.visit()
    sent, unsent = keep(world, chat, "f1"), keep(world, chat, "f2")
    send(world, chat, sent.id)
    with work(world.core, world.now + timedelta(seconds=1)) as unit:
        assert uploads.forget_uploads(unit, chat) == 2
    for each in (sent, unsent):
        with pytest.raises(NotFound):
            content(world, chat, each.id)
    with pytest.raises(NotFound):
        uploads.read_sent(world.core, f"upload:{sent.id}")
