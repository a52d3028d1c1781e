"""The business as its settings describe it: a frozen, checked record of everything in relevo.toml."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

import holidays
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from handoff.addresses import Email, Line, Origin, Webhook
from handoff.detection_settings import Detection
from handoff.intervals import (
    Interval,
    format_duration,
    format_interval,
    parse_duration,
    parse_interval,
    quiet_minutes,
)
from handoff.parts import Part
from handoff.states import Levels, Rung, Urgency

Language = Literal["en", "es"]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration)]
DayInterval = Annotated[Interval, BeforeValidator(parse_interval), PlainSerializer(format_interval)]
EMERGENCY = {"US": "911", "CA": "911", "MX": "911", "GB": "999", "AU": "000", "NZ": "111"}


def check_order(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """The intervals of a day, sorted as they stand, none touching an earlier one's inside."""
    for index, (earlier, later) in enumerate(pairwise(intervals), start=1):
        if later.start < earlier.end:
            message = "{interval} overlaps {earlier}, or comes before it; order the day's intervals and part them"
            context = {
                "index": index,
                "interval": format_interval(later),
                "earlier": format_interval(earlier),
            }
            raise PydanticCustomError("overlap", message, context)
    return intervals


Day = Annotated[tuple[DayInterval, ...], AfterValidator(check_order)]


class Week(Part):
    """Opening intervals in the business's local time; a day left out is closed."""

    mon: Day = ()
    tue: Day = ()
    wed: Day = ()
    thu: Day = ()
    fri: Day = ()
    sat: Day = ()
    sun: Day = ()

    @model_validator(mode="after")
    def _opens(self) -> Self:
        if not any(self.on(weekday) for weekday in range(7)):
            raise ValueError('no day has an opening interval; give at least one, such as mon = ["09:00-17:00"]')
        return self

    def on(self, weekday: int) -> tuple[Interval, ...]:
        """0 is Monday."""
        days = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        return days[weekday]


class DatedHours(Part):
    """One day that is not like its weekday or a holiday; no interval means closed."""

    date: date
    intervals: Day = ()
    name: dict[Language, Annotated[Line, Field(max_length=100)]] = Field(default_factory=dict)


class Holidays(Part):
    public: bool = True


class LevelSettings(Part):
    """Service levels of one urgency; see handoff.states.Levels."""

    answer_by: Duration
    accept_by: Duration
    reply_by: Duration
    idle_by: Duration
    collect_by: Duration
    call_by: Duration
    remind_before: Duration
    ladder: tuple[Rung, ...] = Field(min_length=1, max_length=10)
    max_attempts: int = Field(ge=1, le=20)

    def levels(self) -> Levels:
        return Levels(**{name: getattr(self, name) for name in type(self).model_fields})


def _level_defaults(**shorter: Any) -> LevelSettings:
    plain = {name: getattr(Levels(), name) for name in LevelSettings.model_fields}
    return LevelSettings.model_validate(plain | shorter)


LEVEL_DEFAULTS = {
    Urgency.NORMAL: _level_defaults(),
    Urgency.HIGH: _level_defaults(answer_by=timedelta(seconds=90), accept_by=timedelta(seconds=30)),
    Urgency.SAFETY: _level_defaults(
        answer_by=timedelta(seconds=60),
        accept_by=timedelta(seconds=20),
        reply_by=timedelta(minutes=2),
        ladder=(Rung.ON_CALL, Rung.SUPERVISOR),
    ),
}


class UrgencyLevels(Part):
    """What an urgency leaves out is as in LEVEL_DEFAULTS."""

    normal: LevelSettings = LEVEL_DEFAULTS[Urgency.NORMAL]
    high: LevelSettings = LEVEL_DEFAULTS[Urgency.HIGH]
    safety: LevelSettings = LEVEL_DEFAULTS[Urgency.SAFETY]

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        defaults = {urgency.value: level.model_dump() for urgency, level in LEVEL_DEFAULTS.items()}
        return {key: _over(defaults.get(key), value) for key, value in data.items()}


def _over(default: Mapping[str, Any] | None, value: Any) -> Any:
    return {**default, **value} if default and isinstance(value, Mapping) else value


class Callback(Part):
    within: Duration = timedelta(hours=2)  # business time


MOST_TARGETS = 50
Phone = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]


class Targets(Part):
    """How people are told who are not at the desk."""

    emails: tuple[Email, ...] = Field(default=(), max_length=MOST_TARGETS)
    phones: tuple[Phone, ...] = Field(default=(), max_length=MOST_TARGETS)  # E.164, told by SMS
    webhooks: tuple[Webhook, ...] = Field(default=(), max_length=MOST_TARGETS)


class Notify(Part):
    """Whom the ladder reaches outside the desk. The same matter is told again after `every` at the earliest."""

    on_call: Targets = Targets()
    supervisor: Targets = Targets()
    every: Duration = timedelta(minutes=5)
    language: Language | None = None  # the business's default when left out


Role = Literal["agent", "supervisor", "admin"]


class Desk(Part):
    capacity: int = Field(default=4, ge=1, le=100)
    second_factor: tuple[Role, ...] = ()  # who must sign in with a phone's code too


class Knowledge(Part):
    self_approval: bool = False  # for a company of one: an author may approve, and every page says so


class WebChannel(Part):
    enabled: bool = True
    identity: Literal["optional", "required"] = "optional"  # whether only customers that the site names may write
    greeting: Literal["none", "name"] = "none"  # how personal it may be: the name that the site has signed
    attachments: bool = True  # whether customers may send pictures and PDF files


Keyword = Annotated[str, Field(pattern=r"^[^\W_]+( [^\W_]+)?$", max_length=20)]


def check_quiet(hours: str) -> str:
    """`22:00-08:00`: from the first to the second, over midnight where the second is the earlier."""
    start, end = quiet_minutes(hours)
    if start == end:
        raise ValueError("begins and ends at the same time; leave it out, or give another end")
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


QuietHours = Annotated[str, AfterValidator(check_quiet)]


class SmsChannel(Part):
    enabled: bool = True
    max_segments: int = Field(default=4, ge=1, le=10)
    code_countries: tuple[Annotated[str, Field(pattern=r"^[1-9]\d{0,2}$")], ...] = ()  # calling codes, "34"; none: all
    plain_punctuation: bool = False  # curly quotes, long dashes and odd spaces as their plain ones; letters stay
    per_second: int = Field(default=0, ge=0, le=1000)  # texts from one number; 0: as fast as the carrier takes them
    quiet: QuietHours | None = None  # the customer's night: nothing is texted then that the system starts by itself
    carrier_confirms: tuple[Keyword, ...] = Field(default=(), max_length=40)  # words that the carrier itself answers


class Channels(Part):
    web: WebChannel = WebChannel()
    sms: SmsChannel = SmsChannel()


class Retention(Part):
    """How long things are kept, in days; 0 keeps them for ever. Conversations of open cases always stay."""

    conversations: int = Field(default=730, ge=0, le=36500)  # after the last thing that was said
    attachments: int = Field(default=180, ge=0, le=36500)
    ledger: int = Field(default=1826, ge=0, le=36500)  # what is left of a conversation once it is erased


class Business(Part):
    """Everything that relevo.toml says. Immutable; `parse_business` makes it."""

    name: Line = Field(min_length=1, max_length=80)
    languages: tuple[Language, ...] = Field(min_length=1)  # the first is the default
    time_zone: str
    country: str
    region: str | None = None
    emergency: str | None = Field(default=None, pattern=r"^\d{2,6}$")
    undo_seconds: int = Field(default=10, ge=0, le=60)
    sites: tuple[Origin, ...] = ()
    hours: Week
    exceptions: tuple[DatedHours, ...] = ()
    holidays: Holidays = Holidays()
    levels: UrgencyLevels = UrgencyLevels()
    callback: Callback = Callback()
    desk: Desk = Desk()
    notify: Notify = Notify()
    detection: Detection = Detection()
    knowledge: Knowledge = Knowledge()
    channels: Channels = Channels()
    retention: Retention = Retention()

    @field_validator("languages")
    @classmethod
    def _once(cls, languages: tuple[Language, ...]) -> tuple[Language, ...]:
        if len(set(languages)) != len(languages):
            raise ValueError("a language is named twice; name each once, the default first")
        return languages

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(f"{zone!r} is not a time zone; use a name such as Europe/Madrid")
        return zone

    @field_validator("exceptions")
    @classmethod
    def _dates_once(cls, exceptions: tuple[DatedHours, ...]) -> tuple[DatedHours, ...]:
        seen: set[date] = set()
        for index, exception in enumerate(exceptions):
            if exception.date in seen:
                message = "{date} is given twice; keep one exception a date"
                raise PydanticCustomError(
                    "twice", message, {"index": index, "key": "date", "date": exception.date.isoformat()}
                )
            seen.add(exception.date)
        return exceptions

    @model_validator(mode="after")
    def _known_place(self) -> Self:
        regions = _supported().get(self.country)
        if regions is None:
            if len(self.country) == 2 and self.country.isalpha() and not self.holidays.public:
                return self
            raise PydanticCustomError(
                "country",
                "there are no public holidays for {country}; use a code such as ES, or set holidays.public = false",
                {"field": "country", "country": repr(self.country)},
            )
        if self.region is not None and self.region not in regions:
            known = ", ".join(sorted(regions)) or "none"
            raise PydanticCustomError(
                "region",
                "is not a region of {country}; known are: {known}",
                {"field": "region", "country": self.country, "known": known},
            )
        return self

    @cached_property
    def exceptions_by_date(self) -> Mapping[date, DatedHours]:
        return {exception.date: exception for exception in self.exceptions}

    @property
    def default_language(self) -> Language:
        return self.languages[0]

    @property
    def emergency_number(self) -> str:
        """What a person in danger dials."""
        return self.emergency or EMERGENCY.get(self.country, "112")

    def levels_for(self, urgency: Urgency) -> Levels:
        level: LevelSettings = getattr(self.levels, urgency.value)
        return level.levels()


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Every time zone; finding them opens some hundred files."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _supported() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)
