"""People and their accounts: who works here, inviting and disabling them, and everybody's own second factor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import Field

from handoff.clock import utc_now
from handoff.desk.auth import COOKIE, Reading, TheCore, Writing
from handoff.desk.wire import Body
from handoff.service import Core
from handoff.service.people import directory, enrolling, second_factor, teams
from handoff.service.people.accounts import token_hash
from handoff.service.people.directory import NewPerson, PersonView
from handoff.service.people.second_factor import Enrolment, Standing
from handoff.service.people.staffing import Staffing, change_person
from handoff.service.people.teams import Team
from handoff.service.telling.personal import SendingView, invite_person, read_sending

PersonId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
TeamName = Annotated[str, Path(min_length=1, max_length=64)]
Skills = Annotated[list[Annotated[str, Field(min_length=1, max_length=32)]], Field(max_length=50)]
Languages = Annotated[list[Annotated[str, Field(max_length=8)]], Field(max_length=10)]
Shift = Annotated[str, Field(max_length=1000)]
Role = Literal["agent", "supervisor", "admin"]
OnesCode = Annotated[str, Field(min_length=1, max_length=100)]


class Added(Body):
    """`capacity` null: the business's own; an empty `shift`: all opening hours; `mail`: the link goes by e-mail too."""

    email: Annotated[str, Field(min_length=1, max_length=320)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    role: Role
    languages: Languages
    skills: Skills = Field(default_factory=list)
    capacity: int | None = None
    shift: Shift = ""
    mail: bool = False


class Changed(Body):
    """What is left out stays; `capacity` null is the business's own."""

    name: Annotated[str, Field(max_length=200)] | None = None
    role: Role | None = None
    languages: Languages | None = None
    skills: Skills | None = None
    capacity: int | None = None
    shift: Shift | None = None


class Invited(Body):
    mail: bool = False


class Renamed(Body):
    name: Annotated[str, Field(min_length=1, max_length=64)]


class Begun(Body):
    """The present password, but in a session that a fresh sign-in link opened."""

    password: Annotated[str, Field(max_length=1000)] | None = None


class Code(Body):
    """The six digits that the phone shows, or a recovery code."""

    code: OnesCode


@dataclass(frozen=True, kw_only=True)
class PeopleAnswer:
    """`may_edit`: the reader is an administrator; `mail`: a sign-in link can be sent by e-mail."""

    people: tuple[PersonView, ...]
    may_edit: bool
    mail: bool
    capacity: int  # the business's own
    now: datetime


@dataclass(frozen=True, kw_only=True)
class InvitationAnswer:
    """`link` is told once, here. `mail`: the id by which the e-mail can be followed, where one was asked for."""

    person: PersonView
    link: str
    until: datetime
    mail: str | None


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Told once, here."""

    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OwnStanding(Standing):
    asks_password: bool  # for setting one up; a fresh sign-in link stands for it


@dataclass(frozen=True, kw_only=True)
class TeamsAnswer:
    """`may_edit`: the reader is an administrator."""

    teams: tuple[Team, ...]
    may_edit: bool


def add_people(routes: APIRouter) -> None:
    _add_teams(routes)
    _add_reading(routes)
    _add_inviting(routes)
    _add_second_factor(routes)


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/people")
    def list_people(session: Reading, request: Request, core: TheCore) -> PeopleAnswer:
        """Everybody with an account; for supervisors and administrators."""
        now = utc_now()
        return PeopleAnswer(
            people=directory.list_people(core, session.agent, now=now),
            may_edit=session.agent.role == "admin",
            mail=bool(getattr(request.app.state, "mail", False)),
            capacity=core.business.desk.capacity,
            now=now,
        )

    @routes.get("/people/sent/{sending}")
    def read_sent(sending: PersonId, session: Reading, core: TheCore) -> SendingView:
        """How an invitation's e-mail fares."""
        return read_sending(core, session.agent, sending)

    @routes.get("/people/{person}")
    def read_person(person: PersonId, session: Reading, core: TheCore) -> PersonView:
        return directory.read_person(core, session.agent, person, now=utc_now())

    @routes.patch("/people/{person}")
    def change(person: PersonId, body: Changed, session: Writing, core: TheCore) -> PersonView:
        """A new role ends their sessions; the last administrator keeps theirs."""
        usual = "capacity" in body.model_fields_set and body.capacity is None
        staffing = Staffing(**body.model_dump(), usual_capacity=usual)
        change_person(core, session.agent, person, staffing, now=utc_now())
        return directory.read_person(core, session.agent, person, now=utc_now())


def _add_inviting(routes: APIRouter) -> None:
    def invited(core: Core, session: Writing, person: str, mail: bool, request: Request) -> InvitationAnswer:
        now = utc_now()
        made = invite_person(core, session.agent, person, mail=mail, now=now)
        base = core.public_url or str(request.base_url).rstrip("/")
        return InvitationAnswer(
            person=directory.read_person(core, session.agent, person, now=now),
            link=f"{base}/desk/#invite={made.token}",
            until=made.until,
            mail=made.mail,
        )

    @routes.post("/people")
    def add(body: Added, session: Writing, request: Request, core: TheCore) -> InvitationAnswer:
        """A new account with its one-time sign-in link."""
        given = body.model_dump(exclude={"mail"})
        new = NewPerson(**{**given, "languages": tuple(body.languages), "skills": tuple(body.skills)})
        person = directory.add_person(core, session.agent, new, now=utc_now())
        return invited(core, session, person, body.mail, request)

    @routes.post("/people/{person}/invite")
    def invite(person: PersonId, body: Invited, session: Writing, request: Request, core: TheCore) -> InvitationAnswer:
        """A new one-time sign-in link; earlier unused ones end."""
        return invited(core, session, person, body.mail, request)

    @routes.post("/people/{person}/disable")
    def disable(person: PersonId, session: Writing, core: TheCore) -> PersonView:
        """They are signed out everywhere, and their chats go back to the queue."""
        directory.set_disabled(core, session.agent, person, True, now=utc_now())
        return directory.read_person(core, session.agent, person, now=utc_now())

    @routes.post("/people/{person}/enable")
    def enable(person: PersonId, session: Writing, core: TheCore) -> PersonView:
        directory.set_disabled(core, session.agent, person, False, now=utc_now())
        return directory.read_person(core, session.agent, person, now=utc_now())

    @routes.post("/people/{person}/second-factor/reset")
    def reset(person: PersonId, session: Writing, core: TheCore) -> PersonView:
        """For who has lost phone and codes; they are signed out everywhere."""
        directory.reset_second_factor(core, session.agent, person, now=utc_now())
        return directory.read_person(core, session.agent, person, now=utc_now())


def _add_teams(routes: APIRouter) -> None:
    @routes.get("/teams")
    def list_all(session: Reading, core: TheCore) -> TeamsAnswer:
        """Who is in which team, and how many cases are open for it; for supervisors and administrators."""
        found = teams.list_teams(core, session.agent, now=utc_now())
        return TeamsAnswer(teams=found, may_edit=session.agent.role == "admin")

    @routes.post("/teams/{team}/rename")
    def rename(team: TeamName, body: Renamed, session: Writing, core: TheCore) -> TeamsAnswer:
        """Another name, for its people and its open cases; 409 when a team has it already."""
        teams.rename_team(core, session.agent, team, body.name, now=utc_now())
        return list_all(session, core)


def _add_second_factor(routes: APIRouter) -> None:
    def kept(request: Request) -> str:
        return token_hash(request.cookies[COOKIE])

    @routes.get("/second-factor")
    def standing(session: Reading, request: Request, core: TheCore) -> OwnStanding:
        """The reader's own."""
        found = second_factor.read_standing(core, session.agent.id)
        asks = enrolling.asks_password(core, session.agent, kept(request), utc_now())
        return OwnStanding(state=found.state, since=found.since, codes_left=found.codes_left, asks_password=asks)

    @routes.post("/second-factor/begin")
    def begin(session: Writing, request: Request, core: TheCore, body: Begun | None = None) -> Enrolment:
        """A secret for the phone to scan; nothing changes before it is confirmed."""
        password = body.password if body else None
        return enrolling.begin(core, session.agent, password, session=kept(request), now=utc_now())

    @routes.post("/second-factor/confirm")
    def confirm(body: Code, session: Writing, request: Request, core: TheCore) -> Codes:
        """Turns it on by a first code; every other session of this agent ends."""
        codes = second_factor.confirm(core, session.agent, body.code, keep=kept(request), now=utc_now())
        return Codes(recovery_codes=codes)

    @routes.post("/second-factor/codes")
    def renew(body: Code, session: Writing, core: TheCore) -> Codes:
        """New recovery codes; the old ones end."""
        return Codes(recovery_codes=second_factor.renew_codes(core, session.agent, body.code, utc_now()))

    @routes.post("/second-factor/off", status_code=204)
    def turn_off(body: Code, session: Writing, request: Request, core: TheCore) -> None:
        second_factor.turn_off(core, session.agent, body.code, keep=kept(request), now=utc_now())
