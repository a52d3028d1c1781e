"""The SMS account: from the environment, or in a demo the local double's, derived from the secret key."""

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.sms.signature import Hash
from bot.settings import Env

INBOUND_PATH = "/channels/sms/inbound"
STATUS_PATH = "/channels/sms/status"
DEMO_NUMBER = "+15005550006"  # the carrier's own test number: no real phone has it
DEMO_API_BASE = "http://127.0.0.1:8079"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SmsEnv(BaseSettings):
    """RELEVO_TWILIO_SIGNATURE (sha1 or sha256) and RELEVO_TWILIO_SIGNING_KEY (a shared key's secret)."""

    model_config = SettingsConfigDict(env_prefix="RELEVO_TWILIO_", frozen=True, extra="ignore", env_ignore_empty=True)

    signature: Hash = Hash.SHA1
    signing_key: str | None = Field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Account:
    """`sender` is a number or a Messaging Service (MG...); `api_base` is empty for the carrier's own."""

    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    sender: str = ""
    api_base: str = ""
    public_url: str = ""
    hash_name: Hash = Hash.SHA1
    signing_key: str = field(default="", repr=False)

    @property
    def configured(self) -> bool:
        return bool(self.account_sid and self.auth_token)

    @property
    def messaging_service(self) -> str:
        return self.sender if self.sender.startswith("MG") else ""

    @property
    def callback(self) -> str | None:
        """Where status reports go; None when the carrier could not reach it and would refuse the address."""
        if not self.public_url:
            return None
        if not self.api_base and urlsplit(self.public_url).hostname in _LOOPBACK:
            return None
        return f"{self.public_url.rstrip('/')}{STATUS_PATH}"


def account_of(env: Env, sms: SmsEnv | None = None) -> Account:
    """The account to use. A demo without an account of its own uses the double's."""
    sms = sms or SmsEnv()
    if env.demo and not env.twilio_account_sid:
        return demo_account(env)
    return Account(
        account_sid=env.twilio_account_sid or "",
        auth_token=env.twilio_auth_token or "",
        sender=env.twilio_from or "",
        api_base=env.twilio_api_base or "",
        public_url=env.public_url,
        hash_name=sms.signature,
        signing_key=sms.signing_key or env.twilio_auth_token or "",
    )


def demo_account(env: Env) -> Account:
    """The double's account: what the environment leaves out is the same for all who have the secret key."""
    token = env.twilio_auth_token or _derived(env.secret_key, "auth token")
    return Account(
        account_sid=env.twilio_account_sid or f"AC{_derived(env.secret_key, 'account')}",
        auth_token=token,
        sender=env.twilio_from or DEMO_NUMBER,
        api_base=env.twilio_api_base or DEMO_API_BASE,
        public_url=env.public_url,
        signing_key=token,
    )


def _derived(secret: bytes, name: str) -> str:
    return hmac.new(secret, f"relevo sms double {name}".encode(), hashlib.sha256).hexdigest()[:32]
