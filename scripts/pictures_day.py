"""The day that the desk's pictures show: customers who write, the bot that answers, and people who take over."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.knowledge.render import Release
from handoff import service
from handoff.detection.signals import Signal
from handoff.service import Core, Need, Reply, Said
from handoff.service.base.core import work
from handoff.service.base.rows import lock_conversation
from handoff.service.base.views import AgentView, EntryRef
from handoff.service.cases.notes import leave_note
from handoff.service.cases.opening import open_handoff
from handoff.states import Urgency


@dataclass
class Day:
    """What happens in the shop: customers who write, the bot that answers, and people who take over."""

    core: Core
    release: Release
    now: datetime
    said: int = 0
    refs: dict[str, str] = field(default_factory=dict)

    def ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def arrives(self, minutes: float, language: str, *, phone: str | None = None, zone: str | None = None) -> str:
        self.said += 1
        if phone is not None:
            return self._text(phone, "hola", minutes)
        started = service.start_conversation(
            self.core, channel="web", account="shop", address=f"v{self.said}", language=language, time_zone=zone,
            now=self.ago(minutes),
        )  # fmt: skip
        return started.conversation_id

    def _text(self, phone: str, text: str, minutes: float) -> str:
        self.said += 1
        inbound = service.Inbound(
            channel="sms", account="+34900000000", address=phone, text=text, at=self.ago(minutes),
            carrier_id=f"SM{self.said}",
        )  # fmt: skip
        return service.record_inbound(self.core, inbound, self.ago(minutes)).conversation_id

    def says(self, conversation: str, text: str, minutes: float) -> None:
        self.said += 1
        inbound = service.Inbound(
            channel="web", account="shop", address="", text=text, at=self.ago(minutes), conversation_id=conversation,
            client_id=f"c{self.said}",
        )  # fmt: skip
        service.record_inbound(self.core, inbound, self.ago(minutes))

    def answers(self, entry: str, minutes: float, language: str) -> None:
        """The bot answers whoever waits for it, with the approved words."""
        now = self.ago(minutes)
        told = self.release.render_entry(entry, language, "web", {}, now)
        ref = EntryRef(id=told.id, version=told.version, title=told.title or "", source=told.source or "")
        for turn in service.take_turns(self.core, owner="bot", limit=9, now=now):
            reply = Reply(said=[Said(text=told.text, entry=ref, release=told.release)], decision="answer", facts={})
            service.finish_turn(self.core, turn, reply, now=now)

    def needs(
        self,
        conversation: str,
        minutes: float,
        reason: str,
        evidence: str,
        language: str = "es",
        *,
        urgent: bool = False,
    ) -> str:
        signal = Signal(kind=reason, strength=0.9, language=language, evidence=evidence)
        with work(self.core, self.ago(minutes)) as unit:
            row = open_handoff(
                unit,
                lock_conversation(unit, conversation),
                Need(reason=reason, urgency=Urgency.HIGH if urgent else Urgency.NORMAL, signals=(signal,)),
            )
            return row.reference

    def claims(self, agent: AgentView, reference: str, minutes: float) -> None:
        version = service.read_case(self.core, agent, reference, now=self.ago(minutes)).item.version
        service.claim(self.core, agent, reference, version, now=self.ago(minutes))
        service.mark_seen(self.core, agent, reference, now=self.ago(minutes))

    def replies(self, agent: AgentView, reference: str, text: str, minutes: float) -> None:
        version = service.read_case(self.core, agent, reference, now=self.ago(minutes)).item.version
        service.reply(self.core, agent, reference, version, text, text, now=self.ago(minutes))

    def resolved(self, agent: AgentView, reference: str, outcome: str, topic: str, minutes: float) -> None:
        version = service.read_case(self.core, agent, reference, now=self.ago(minutes)).item.version
        service.resolve(self.core, agent, reference, version, outcome, topic, now=self.ago(minutes))

    def promises(self, conversation: str, minutes: float, message: str, **contact: str) -> None:
        form = service.CallbackForm(message=message, **contact)
        service.submit_form(self.core, conversation, form, now=self.ago(minutes))


def work_of_days(day: Day, people: dict[str, AgentView]) -> None:
    """Some cases of the last days, for the reports."""
    ana, luis = people["Ana"], people["Luis"]
    outcomes = ("solved", "solved", "partly", "solved", "not_solved")
    topics = ("delivery", "returns", "orders", "payment", "refunds")
    for number in range(30):
        minutes = 60 * (14 + 21.7 * (number % 26)) + number * 17
        language = "es" if number % 3 else "en"
        talk = day.arrives(minutes, language)
        day.says(talk, "¿Cuánto tarda el envío?" if language == "es" else "How long does delivery take?", minutes - 0.2)
        day.answers("delivery-time-spain", minutes - 0.4, language)
        if number % 4 == 0:
            service.rate(day.core, talk, 5 if number % 8 else 2, now=day.ago(minutes - 1))
            continue
        reason = ("request", "frustration", "loop", "refusals")[number % 4]
        reference = day.needs(talk, minutes - 1, reason, "quiero hablar con una persona", language)
        agent = ana if number % 2 else luis
        wait = (0.6, 1.4, 2.1, 4.2)[number % 4]
        day.claims(agent, reference, minutes - 1 - wait)
        day.replies(agent, reference, "Hola, lo miro ahora mismo.", minutes - 2 - wait)
        day.resolved(agent, reference, outcomes[number % 5], topics[number % 5], minutes - 9)
        service.expire(day.core, day.ago(minutes - 10))
        if number % 5 != 4:
            service.rate(day.core, talk, 4 + number % 2, now=day.ago(minutes - 11))


def this_hour(day: Day, people: dict[str, AgentView]) -> None:
    ana, luis, marta = people["Ana"], people["Luis"], people["Marta"]
    chat = day.arrives(12, "es", zone="Atlantic/Canary")
    day.says(chat, "Hola, mi lámpara llegó rota, ¿qué hago?", 11.5)
    day.answers("returns-damaged", 11.4, "es")
    day.says(chat, "Ya mandé las fotos el lunes y nadie me contesta", 10)
    day.answers("returns-damaged", 9.9, "es")
    day.says(chat, "Otra vez lo mismo. Quiero hablar con una persona, por favor", 9)
    main = day.refs["main"] = day.needs(chat, 8.9, "loop", "Otra vez lo mismo")
    with work(day.core, day.ago(8.8)) as unit:
        signal = Signal(kind="request", strength=1.0, language="es", evidence="Quiero hablar con una persona")
        open_handoff(unit, lock_conversation(unit, chat), Need(reason="request", signals=(signal,)))
    day.promises(chat, 8.5, "Mi lámpara llegó rota", name="Carmen Ruiz", phone="+34600111222")
    day.claims(ana, main, 7)
    leave_note(day.core, luis, main, "n1", "Las fotos están en el pedido 40712: rota de verdad.", now=day.ago(6.5))
    day.replies(
        ana, main, "Hola, Carmen: soy Ana. He visto las fotos del pedido 40712, así que no hace falta repetirlo.", 6
    )
    day.says(chat, "¡Por fin! ¿Me la cambian o me devuelven el dinero?", 1.2)

    for minutes, language, said, reason, urgent in (
        (2.2, "es", "me han cobrado dos veces y no reconozco este cargo", "urgency.fraud", True),
        (1.6, "en", "I want to talk to a real person", "request", False),
        (1.1, "es", "esto no me sirve de nada, llevo una semana así", "frustration", False),
        (0.5, "en", "where is my order? it said Tuesday", "refusals", False),
    ):
        talk = day.arrives(minutes + 1, language)
        day.says(talk, said, minutes + 0.1)
        day.needs(talk, minutes, reason, said, language, urgent=urgent)
    phone = day.arrives(2, "es", phone="+34600333444")
    day.needs(phone, 1.4, "request", "hola", "es")

    for agent, said, text in (
        (luis, "can I change the delivery address?", "Yes, until it is packed. Which order is it?"),
        (luis, "necesito la factura con el NIF", "Claro: se la envío ahora mismo."),
        (ana, "¿puedo pagar a plazos?", "Sí, en tres pagos. ¿Le mando el enlace?"),
        (marta, "the chair wobbles", "Could you send us a photo of the leg?"),
    ):
        talk = day.arrives(16, "en" if said.isascii() else "es")
        day.says(talk, said, 15)
        reference = day.needs(talk, 14.5, "request", said, "en")
        day.claims(agent, reference, 13.5)
        day.replies(agent, reference, text, 13)


def promised(day: Day) -> None:
    for hours, name, phone, message, language in (
        (1.2, "Jorge Molina", "+34600222333", "¿Cuándo llega el sofá?", "es"),
        (9, "Emma Clarke", "+447700900123", "The invoice has the wrong company name", "en"),
        (1.7, "Lucía Vega", "+34600444555", "El transportista no me encontró en casa", "es"),
        (1, "Tom Baker", "+447700900456", "Can the shelf be mounted on plaster?", "en"),
        (0.4, "Marina Gil", "+34600777888", "Quiero cambiar el color del pedido", "es"),
    ):
        talk = day.arrives(hours * 60 + 3, language)
        day.says(talk, message, hours * 60 + 2)
        day.needs(talk, hours * 60 + 1, "request", message, language)
        day.promises(talk, hours * 60, message, name=name, phone=phone)
