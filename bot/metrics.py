"""What is counted for operators; no label ever holds anything of a customer."""

from prometheus_client import Counter, Gauge, Histogram

TURNS_DONE = Counter(
    "relevo_turns_total", "Turns of the bot, by decision and whether the reply was kept.", ["decision", "kept"]
)
TURN_SECONDS = Histogram(
    "relevo_turn_seconds",
    "Seconds from the customer's message to the committed reply.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30),
)
REQUESTS = Counter("relevo_requests_total", "HTTP requests, by route and status.", ["route", "status"])
NOTIFICATIONS = Counter(
    "relevo_notifications_total",
    "Tries to tell people outside the desk, by way and what became of it (sent, pending: again later, dead).",
    ["channel", "outcome"],
)
FINDINGS = Gauge("relevo_doctor_findings", "What the doctor found last, by severity.", ["severity"])
