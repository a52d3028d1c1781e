"""Any use of the service in any order, as a Hypothesis state machine; after every step all invariants must hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select
from structlog.testing import capture_logs

from handoff import service
from handoff.audit import audit_database
from handoff.errors import RelevoError
from handoff.models import HandoffRow
from handoff.service import CallbackForm, CoreBox, Failed, Outgoing, Reply, Said, Sent, Turn
from handoff.service.base.views import AgentView, QueueItem
from handoff.service.people import accounts
from handoff.service.telling.notifications import begin_notification, finish_notification, lease_notifications
from handoff.states import Urgency
from handoff.sweeper import Sweeper
from tests.support.core import MONDAY_NOON, World

ME = st.integers(0, 2)  # which agent
WHICH = st.integers(0, 30)  # which of what there is, by its place modulo their number
AGO = st.sampled_from([0, 0, 0, 1, 2])  # how many versions old what an agent saw is
JUMPS = st.sampled_from([1, 5, 15, 41, 65, 200, 700, 3700, 8 * 3600, 26 * 3600])
PHONES = ("+34600000001", "+34600000002")
SECONDS_ALIVE = 40
TICKS = 60
LEASES = 60  # seconds after which none is left
TAKING = ["claim", "claim", "claim", "accept", "start_call", "decline"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case as somebody saw it."""

    reference: str
    conversation: str


class Life(RuleBasedStateMachine):
    """Customers, agents, the bot, the relay and the sweeper. `make` gives a fresh world; a refusal is no failure."""

    make: Callable[[], World]

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).make()
        self.agents: list[AgentView] = [self.world.agent(name) for name in ("Ana", "Ben", "Cleo")]
        self.conversations: list[str] = []
        self.cases: list[Case] = []
        self.turns: list[Turn] = []
        self.sendings: list[Outgoing] = []
        self.texts = 0
        self.sweeper = Sweeper(CoreBox(self.world.core), lambda: self.world.now)
        self._step(2)

    @property
    def core(self) -> service.Core:
        return self.world.core

    def _step(self, seconds: float) -> None:
        """Time goes on, and the sweeper looks until all is done that is due: it breaks nowhere and comes to an end."""
        self.world.later(seconds=seconds)
        with capture_logs() as logs:
            ticks = next((n for n in range(TICKS) if not self.sweeper.tick(self.world.later(seconds=1))), None)
        assert ticks is not None, f"after {TICKS} ticks the sweeper still moves cases"
        broken = [line for line in logs if line["log_level"] == "error"]
        assert not broken, broken
        if seconds > LEASES:
            self._others_work()

    def _others_work(self) -> None:
        """Time in which every lease has ended: a relay and a sender of notifications are at work somewhere."""
        now = self.world.now
        while leased := service.lease_deliveries(self.core, channel="sms", owner="other", limit=50, now=now):
            for each in leased:
                if service.begin_sending(self.core, each.id, "other", now=now):
                    service.finish_sending(self.core, each.id, "other", Sent(carrier_id=f"SM-{each.id}"), now=now)
        while notices := lease_notifications(self.core, owner="other", limit=50, now=now):
            for notice in notices:
                if begin_notification(self.core, notice, "other", now=now):
                    finish_notification(self.core, notice, "other", Sent(carrier_id=""), now=now)

    @staticmethod
    def _pick(things: list[Any], which: int) -> Any:
        return things[which % len(things)] if things else None

    @rule(jump=JUMPS)
    def time_passes(self, jump: int) -> None:
        self._step(jump)

    @rule(jump=st.sampled_from([3600, -3600, 6 * 3600]))
    def the_clock_jumps(self, jump: int) -> None:
        self._step(jump)

    @rule(beating=st.lists(ME, min_size=1), away=st.booleans())
    def agents_beat(self, beating: list[int], away: bool) -> None:
        for number in sorted(set(beating)):
            status = "away" if away and number == 0 else "online"
            accounts.beat(self.core, self.agents[number], status, now=self.world.now)

    @rule(language=st.sampled_from(["es", "en"]))
    def a_visitor_arrives(self, language: str) -> None:
        if len(self.conversations) < 4:
            self.conversations.append(self.world.visit(language))

    @rule(phone=st.sampled_from(PHONES), again=st.booleans(), control=st.sampled_from([None] * 8 + ["stop", "start"]))
    def a_text_comes(self, phone: str, again: bool, control: str | None) -> None:
        """Now and then the carrier posts the same text twice."""
        self.texts += 0 if again and self.texts else 1
        try:
            recorded = self.world.text(phone, f"text {self.texts}", f"SM{phone}{self.texts}", control=control)
        except RelevoError:
            return
        if recorded.conversation_id not in self.conversations:
            self.conversations.append(recorded.conversation_id)

    @rule(which=WHICH, text=st.sampled_from(["hello", "and another thing", "are you there?"]))
    def the_customer_writes(self, which: int, text: str) -> None:
        conversation = self._pick(self.conversations, which)
        if conversation and not self._is_phone(conversation):
            self.texts += 1
            self._may(lambda: self.world.write(conversation, text, f"c{self.texts}"))

    def _is_phone(self, conversation: str) -> bool:
        with self.core.database.read() as session:
            from handoff.models import Conversation

            return session.get_one(Conversation, conversation).channel == "sms"

    @rule(which=WHICH)
    def the_customer_asks_for_a_person(self, which: int) -> None:
        conversation = self._pick(self.conversations, which)
        if conversation:
            asked = self._may(lambda: service.ask_person(self.core, conversation, now=self.world.now))
            self._know(asked, conversation)

    @rule(which=WHICH, phone=st.booleans())
    def the_customer_leaves_a_message(self, which: int, phone: bool) -> None:
        conversation = self._pick(self.conversations, which)
        if conversation:
            contact = {"phone": "+34600999888"} if phone else {"email": "eva@example.com"}
            form = CallbackForm(message="call me", **contact)
            left = self._may(lambda: service.submit_form(self.core, conversation, form, now=self.world.now))
            self._know(left, conversation)

    def _know(self, brief: Any, conversation: str) -> None:
        if brief is not None and brief.reference not in [case.reference for case in self.cases]:
            self.cases.append(Case(reference=brief.reference, conversation=conversation))

    @rule(which=WHICH, ago=AGO)
    def the_customer_withdraws(self, which: int, ago: int) -> None:
        case = self._pick(self.cases, which)
        if case:
            version = self._seen(0, case).version - ago
            self._may(
                lambda: service.withdraw(self.core, case.conversation, case.reference, version, now=self.world.now)
            )

    @rule(limit=st.integers(1, 3))
    def the_bot_takes_turns(self, limit: int) -> None:
        self.turns += service.take_turns(self.core, owner="bot", limit=limit, now=self.world.now)

    @rule(which=WHICH, needs=st.sampled_from([None, None, Urgency.NORMAL, Urgency.SAFETY]), keeps=st.booleans())
    def the_bot_answers(self, which: int, needs: Urgency | None, keeps: bool) -> None:
        """Perhaps late, perhaps twice, perhaps after a person has taken over: then it is dropped."""
        turn = self._pick(self.turns, which)
        if turn is None:
            return
        need = service.Need(reason="request", urgency=needs) if needs else None
        reply = Reply(said=() if need else [Said(text="approved", release=1)], need=need)
        service.finish_turn(self.core, turn, reply, now=self.world.now)
        self._learn(turn.conversation_id)
        if not keeps:
            self.turns.remove(turn)

    def _learn(self, conversation: str) -> None:
        view = service.read_conversation(self.core, conversation, now=self.world.now)
        self._know(view.handoff, conversation)

    @rule(limit=st.integers(1, 4), owner=st.sampled_from(["relay1", "relay2"]))
    def the_relay_takes_deliveries(self, limit: int, owner: str) -> None:
        leased = service.lease_deliveries(self.core, channel="sms", owner=owner, limit=limit, now=self.world.now)
        for outgoing in leased:
            if service.begin_sending(self.core, outgoing.id, owner, now=self.world.now):
                self.sendings.append(outgoing)

    @rule(which=WHICH, how=st.sampled_from(["sent", "sent", "again", "refused", "nothing"]))
    def the_carrier_answers(self, which: int, how: str) -> None:
        outgoing = self._pick(self.sendings, which)
        if outgoing is None:
            return
        self.sendings.remove(outgoing)
        for owner in ("relay1", "relay2"):  # the one without the lease is refused
            if how == "sent":
                result: Sent | Failed = Sent(carrier_id=f"SM-{outgoing.id}", segments=1)
            else:
                result = Failed(code="x", message="", retry=how == "again", ambiguous=how == "again")
            if how != "nothing":
                self._may(
                    lambda: service.finish_sending(self.core, outgoing.id, owner, result, now=self.world.now)  # noqa: B023 - called at once
                )

    @rule(
        me=ME,
        which=WHICH,
        ago=AGO,
        verb=st.sampled_from(["claim", "claim", "claim", "accept", "start_call", "decline"]),
    )
    def an_agent_takes(self, me: int, which: int, ago: int, verb: str) -> None:
        self._acts(getattr(service, verb), me, which, ago)

    @rule(me=ME, which=WHICH, ago=AGO, reads=st.booleans())
    def an_agent_replies(self, me: int, which: int, ago: int, reads: bool) -> None:
        if reads:
            self._reads(me, which)
        self.texts += 1
        self._acts(service.reply, me, which, ago, f"a{self.texts}", "a person's words")

    def _reads(self, me: int, which: int) -> None:
        case = self._pick(self.cases, which)
        if case:
            self._may(lambda: service.mark_seen(self.core, self.agents[me], case.reference, now=self.world.now))

    @rule(me=ME, which=WHICH, ago=AGO, verb=st.sampled_from(["to_chat", "make_callback", "return_to_bot", "undo"]))
    def an_agent_changes_it(self, me: int, which: int, ago: int, verb: str) -> None:
        if verb == "undo":
            case = self._pick(self.cases, which)
            if case:
                self._may(lambda: service.undo(self.core, self.agents[me], case.reference, now=self.world.now))
        else:
            self._acts(getattr(service, verb), me, which, ago)

    @rule(me=ME, which=WHICH, ago=AGO, reads=st.booleans())
    def an_agent_resolves(self, me: int, which: int, ago: int, reads: bool) -> None:
        if reads:
            self._reads(me, which)
        self._acts(service.resolve, me, which, ago, "solved")

    @rule(me=ME, which=WHICH, ago=AGO, outcome=st.sampled_from(["reached", "voicemail", "no_answer", "wrong_number"]))
    def an_agent_records_an_attempt(self, me: int, which: int, ago: int, outcome: str) -> None:
        self._acts(service.record_attempt, me, which, ago, outcome)

    @rule(me=ME, to=st.none() | ME, which=WHICH, ago=AGO)
    def an_agent_transfers(self, me: int, to: int | None, which: int, ago: int) -> None:
        target = {"team": "orders"} if to is None else {"agent": self.agents[to].id}
        self._acts(service.transfer, me, which, ago, **target)

    def _acts(self, verb: Callable[..., Any], me: int, which: int, ago: int, *given: Any, **more: Any) -> None:
        """An agent's write at the version that they saw; at an old one it must be refused.

        But for a claim: that survives offers which came after it was read, and nothing else.
        """
        case = self._pick(self.cases, which)
        if case is None:
            return
        before, told = self._seen(me, case), self._told(case)
        agent, version = self.agents[me], before.version - ago
        try:
            verb(self.core, agent, case.reference, version, *given, now=self.world.now, **more)
        except RelevoError:
            return
        only_offers = verb is service.claim and before.state in {"waiting", "offered"} and version >= told
        assert ago == 0 or only_offers, f"{verb.__name__} went through with a version that was {ago} behind"
        self._learn(case.conversation)

    def _told(self, case: Case) -> int:
        """The version at which the customer was last told something else; offers come and go after it."""
        with self.core.database.read() as session:
            told = select(HandoffRow.told_version).where(HandoffRow.reference == case.reference)
            return session.execute(told).scalar_one()

    def _seen(self, me: int, case: Case) -> QueueItem:
        return self.world.case(self.agents[me], case.reference)

    def _may(self, act: Callable[[], Any]) -> Any:
        """A typed refusal is an answer too; anything else is a failure."""
        try:
            return act()
        except RelevoError:
            return None

    @invariant()
    def the_audit_is_clean(self) -> None:
        report = audit_database(self.core.database, self.core.secret, self.world.now)
        assert report.clean, report.as_text()

    def teardown(self) -> None:
        """A day later, whatever happened, every open case has been served its deadlines."""
        self._step(SECONDS_ALIVE)
        self._step(24 * timedelta(hours=1).total_seconds())
        self.the_audit_is_clean()
        self.core.database.dispose()


def at_noon(core: service.Core) -> World:
    """A world on a Monday in opening hours."""
    return World(core, MONDAY_NOON)
