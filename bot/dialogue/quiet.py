"""Keeps Rasa's, TensorFlow's and Sanic's chatter out of the logs, and telemetry off."""

import logging
import os
import warnings

SILENCED = ("rasa", "sanic.root", "sanic.access", "sanic.error", "apscheduler", "matplotlib", "tensorflow", "rasa_sdk")


def quiet() -> None:
    """Before Rasa is imported: warnings and errors only, no customer text in any log line, no telemetry."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    for name in ("LOG_LEVEL", "LOG_LEVEL_LIBRARIES"):
        os.environ.setdefault(name, "ERROR")
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.ERROR)
    _quiet_structlog()


def _quiet_structlog() -> None:
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
