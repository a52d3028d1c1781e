"""English."""

LANGUAGE = "en"
LANGUAGES = {"en": "English", "es": "Spanish"}
LINES = {
    "subject": "{business}: {what}",
    "case": "{reference} · {language} · waiting since {since}",
    "more": "and {n} more",
    "desk": "Desk: {link}",
    "untold": "Somebody outside the desk could not be told: {where}.",
    "id": "Message {id}. If it comes twice, it is the same one.",
    "invite_subject": "{business}: your sign-in link",
    "invite": "Hello {name},\n\nthis link opens the desk of {business}. It works once, and for 24 hours:\n\n{link}\n\n"
    "If you did not expect it, tell your administrator and do not open it.",
    "test_subject": "{business}: a test",
    "test": "This is a test of {business}. If you read it, this way works. There is nothing to do.",
}
HAPPENED = {
    "answer_by_missed": (
        "A customer waits and nobody has answered in time.",
        "{count} customers wait and nobody has answered in time.",
    ),
    "alarm": (
        "A customer still waits, though everybody was told.",
        "{count} customers still wait, though everybody was told.",
    ),
    "nobody_left": ("A customer waits and nobody is online.", "{count} customers wait and nobody is online."),
    "promise_missed": (
        "A promised callback was not made in time. Call now.",
        "{count} promised callbacks were not made in time. Call now.",
    ),
    "safety": ("Somebody may be in danger. See to the case now.", "{count} people may be in danger. See to them now."),
    "untellable": (
        "A customer could not be told how their case stands. Reach them another way.",
        "{count} customers could not be told how their cases stand. Reach them another way.",
    ),
    "notice_undelivered": (
        "A text about a case did not reach the customer. Call, or use another address.",
        "Texts about {count} cases did not reach the customers. Call, or use another address.",
    ),
    "doctor": ("Something would keep customers from a person:", "{count} things would keep customers from a person:"),
}
FINDINGS = {
    "nobody_can_receive": (
        "Nobody can receive handoffs: no agent has a way to sign in.",
        "Add one: relevo agents add EMAIL --name NAME, or renew a link: relevo agents invite EMAIL.",
    ),
    "shift_gap": (
        "No agent's shift covers our opening hours from {start} to {end}; who waits then is not answered.",
        "Give somebody a shift there, or change the opening hours.",
    ),
    "nobody_supervises": (
        "No supervisor can sign in: the last rung of the ladder reaches nobody at the desk.",
        "Add one: relevo agents add EMAIL --name NAME --role supervisor.",
    ),
    "language_without_agent": (
        "In the coming opening hours nobody works who speaks {languages}.",
        "Add an agent with --language, or take the language out of relevo.toml.",
    ),
    "language_without_knowledge": (
        "Nothing is approved in {languages}: every question is refused and a person offered.",
        "Write and approve entries in it, and release: relevo knowledge release.",
    ),
    "no_opening": (
        "There is no opening in the next 14 days: nobody will be answered, and callbacks fall far away.",
        "Set [hours] and [[exceptions]]: relevo settings export, then relevo settings import FILE.",
    ),
    "holidays_unknown": (
        "The public holidays of {country} in {year} are unknown: promises may fall on them.",
        "Update the holidays package, or name the days in [[exceptions]].",
    ),
    "exceptions_past": (
        "Every date in [[exceptions]] is past.",
        "Name the coming dates on which hours differ, or remove the old ones.",
    ),
    "on_call_unreachable": (
        "Nobody on call can be told: a customer who waits too long is known at the desk only.",
        "Name e-mails, phones or webhooks in [notify.on_call].",
    ),
    "supervisor_unreachable": (
        "No supervisor can be told outside the desk.",
        "Name e-mails, phones or webhooks in [notify.supervisor].",
    ),
    "mail_not_configured": (
        "E-mail addresses are to be told, but there is no mail server.",
        "Set RELEVO_SMTP_URL, such as smtps://user:password@mail.example.",
    ),
    "sms_not_configured": (
        "Phones are to be told, but there is no SMS account.",
        "Set RELEVO_TWILIO_ACCOUNT_SID, RELEVO_TWILIO_AUTH_TOKEN and RELEVO_TWILIO_FROM.",
    ),
    "mail_unreachable": (
        "The mail server does not take our mail ({reason}): nobody is told by e-mail.",
        "Check RELEVO_SMTP_URL, the password and the network.",
    ),
    "carrier_unreachable": (
        "The SMS carrier does not accept us ({reason}): texts neither arrive nor leave.",
        "Check the account, its token and the network.",
    ),
    "webhook_unreachable": (
        "A webhook cannot be reached ({reason}): {targets}.",
        "Check the address in relevo.toml, and that it listens.",
    ),
    "source_unreachable": (
        "The company's own data cannot be looked up ({reason}): such questions end with a person.",
        "Check that relevo actions runs and reaches its data.",
    ),
    "engine_unreachable": (
        "The assistant does not answer ({reason}): every customer is brought to a person.",
        "Check that relevo engine runs; its log is in the state folder.",
    ),
    "drift_refused": (
        (
            "Release {release}, {languages}: of {rows} first questions this week the bot was too unsure to answer "
            "{now}; of the test questions, {then}. What is promised of its answers no longer describes what customers "
            "ask."
        ),
        "Add newer questions of customers to the test questions, write what the gaps show, and make a release.",
    ),
    "drift_scores": (
        (
            "Release {release}, {languages}: of {rows} first questions this week {now} fit an answer by less than "
            "{edge} of 100; of the test questions, {then}. What is promised of its answers no longer describes what "
            "customers ask."
        ),
        "Add newer questions of customers to the test questions, write what the gaps show, and make a release.",
    ),
    "approvals_due": (
        "{count} approved texts are due for review within 14 days: {items}.",
        "Their owners read them again and have them approved.",
    ),
    "entries_expired": (
        "{count} answers are past their review date and no longer given: {items}.",
        "Review, approve and release them.",
    ),
    "notices_expired": (
        "{count} notices are past their review date; customers still read them: {items}.",
        "Review, approve and release them.",
    ),
    "notices_missing": (
        "The current release lacks words that customers must be told: {items}.",
        "Add and approve them, then relevo knowledge release.",
    ),
    "promises_past_due": (
        "{count} promised callbacks are past due and nobody has been told; the oldest was due {since}.",
        "Check that relevo serve runs: its sweeper tells people and gives a new time.",
    ),
    "deadlines_unserved": (
        "{count} cases have passed a deadline that was not acted upon, the oldest {since}.",
        "Check that relevo serve runs, and its log.",
    ),
    "sweeper_silent": (
        "Nobody has watched over deadlines since {since}: promises and waits pass unnoticed.",
        "Check that relevo serve runs, and its log.",
    ),
    "texts_unread": (
        "The carrier's list of texts has not been read since {since}: what its webhooks miss stays unseen.",
        "Check that relevo serve runs, and in its log why the carrier refuses or cannot be reached.",
    ),
    "texts_skipped": (
        "Texts sent between {since} and {until} may be missing: they were too old to be read in and answered.",
        "Look them up in the carrier's own log, and write to those who need an answer.",
    ),
    "dead_letters": (
        "{count} messages of open cases could not be delivered.",
        "Open Notices at the desk: each says what to do.",
    ),
    "identity_keyless": (
        "Only customers that a site has signed may write, and no site has a key: nobody can write to the assistant.",
        'Set RELEVO_IDENTITY_KEYS, or set identity = "optional" in [channels.web].',
    ),
    "secret_weak": (
        "RELEVO_SECRET_KEY is short or easily guessed: tokens and the ledger can be forged.",
        "Leave it out to have one made, or set 32 random characters or more.",
    ),
}
