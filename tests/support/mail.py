"""A mail server in tests: speaks enough SMTP for a client that is real, on loopback, in a thread of its own."""

import asyncio
import base64
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

USER, PASSWORD = "relevo", "a made-up p@ss"


@dataclass
class Mail:
    """One message as it arrived."""

    sender: str
    to: list[str]
    body: bytes
    encrypted: bool

    @property
    def parsed(self) -> EmailMessage:
        found = message_from_bytes(self.body, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class MailServer:
    """A server and what it got. `refuse`: the answer to RCPT. `hang`: says nothing after the connection."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    refuse: str = ""
    hang: bool = False
    auth: bool = False
    context: ssl.SSLContext | None = None
    secure: bool = False  # TLS from the first byte

    @property
    def ids(self) -> list[str]:
        return [str(mail.parsed["Relevo-Notification"]) for mail in self.mails]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: C901 - a branch a verb
        if self.hang:
            await reader.read()  # until the other side gives up
            return
        sender, to, signed_in, encrypted = "", list[str](), not self.auth, self.secure
        self._say(writer, "220 test")
        while line := await reader.readline():
            said = line.decode().strip()
            verb = said.upper().split(" ")[0]
            if verb == "EHLO":
                upgrade = self.context is not None and not encrypted
                extra = ["STARTTLS"] * upgrade + ["AUTH PLAIN"] * self.auth
                lines = ["test", *extra]
                for each in lines[:-1]:
                    self._say(writer, f"250-{each}")
                self._say(writer, f"250 {lines[-1]}")
            elif verb == "STARTTLS" and self.context:
                self._say(writer, "220 go")
                await writer.start_tls(self.context)
                encrypted = True
            elif verb == "AUTH":
                given = base64.b64decode(said.split(" ")[-1]).decode().split("\0")
                signed_in = given[1:] == [USER, PASSWORD]
                self._say(writer, "235 welcome" if signed_in else "535 wrong")
            elif verb == "MAIL":
                sender, to = said.partition(":")[2].split(" ")[0].strip("<>"), []
                self._say(writer, "250 ok" if signed_in else "530 sign in")
            elif verb == "RCPT":
                to.append(said.partition(":")[2].strip("<>"))
                self._say(writer, self.refuse or "250 ok")
            elif verb == "DATA":
                self._say(writer, "354 go")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(Mail(sender, to, body[:-3].replace(b"\r\n..", b"\r\n."), encrypted))
                self._say(writer, "250 taken")
            elif verb == "QUIT":
                self._say(writer, "221 bye")
                return
            else:
                self._say(writer, "250 ok")

    @staticmethod
    def _say(writer: asyncio.StreamWriter, line: str) -> None:
        writer.write(f"{line}\r\n".encode())


@contextmanager
def running_mail_server(server: MailServer | None = None) -> Iterator[MailServer]:
    """A server that listens until the block ends."""
    server = server or MailServer()
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        context = server.context if server.secure else None
        listener = await asyncio.start_server(server.talk, "127.0.0.1", server.port, ssl=context)
        server.port = listener.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        listener.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def make_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of its own for localhost, and a server's context with it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(
        [*command, "-addext", names, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context
