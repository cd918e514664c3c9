"""Tencent Cloud SMS through its own SDK.

The SDK is 19 MB in memory, so it is read where a message is sent: the web processes never do.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

if TYPE_CHECKING:
    from config import SmsAccount

TIMEOUT_SECONDS = 10
_NUMBER = re.compile(r"\+?\d[\d -]{5,}\d")

#: what the provider says no to today and may take in a minute; everything else it refuses stays refused
_PASSING = (
    "InternalError",
    "RequestLimitExceeded",
    "ResourceUnavailable",
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.GlobalSmsSendingRateLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "FailedOperation.InsufficientBalanceInSmsPackage",
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out: to whom, which registered text, and the words that fill it."""

    recipient: str
    template: str
    words: tuple[str, ...]


class Trouble(Exception):
    """A message that was not sent, as far as we know. What the provider says of it may hold the number: we do not."""

    def __init__(self, what: str = "") -> None:
        super().__init__(_NUMBER.sub("…", what))


class Refused(Trouble):
    """The provider does not send this message; trying again cannot help."""


class Throttled(Trouble):
    """Not now, said the provider."""


class Unreachable(Trouble):
    """Nobody was there to take it."""


class Unanswered(Trouble):
    """It was handed over, and no answer came that can be read: it may have been sent."""


def send(parcel: Parcel) -> str:
    """Hand a message over; answers with the provider's own number for it. Raises one of Trouble."""
    account: SmsAccount | None = current_app.config["PORTAL"].sms
    if account is None:
        return ""  # the demo: the outbox is the phone
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

    try:
        answer = _client(account).SendSms(_request(account, parcel))
    except TencentCloudSDKException as error:
        raise _trouble(error) from error
    return _receipt(answer)


def _client(account: SmsAccount) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    # on the level of debugging the SDK writes numbers, codes and signatures into the log
    logging.getLogger("tencentcloud_sdk_common").setLevel(logging.WARNING)
    http = HttpProfile(
        protocol="http" if account.plain else "https", endpoint=account.endpoint, reqTimeout=TIMEOUT_SECONDS
    )
    keys = Credential(account.secret_id, account.secret_key)
    return SmsClient(keys, account.region, ClientProfile(httpProfile=http, language="en-US"))


def _request(account: SmsAccount, parcel: Parcel) -> Any:
    from tencentcloud.sms.v20210111.models import SendSmsRequest

    request = SendSmsRequest()
    request.SmsSdkAppId = account.app
    request.SignName = account.sign
    request.TemplateId = account.code_template if parcel.template == "code" else account.notice_template
    request.TemplateParamSet = list(parcel.words)
    request.PhoneNumberSet = [parcel.recipient]
    return request


def _receipt(answer: Any) -> str:
    """The serial number when it was taken. The answer names each number with a state of its own: there is one."""
    states = answer.SendStatusSet or []
    if len(states) != 1 or not states[0].Code:
        raise Unanswered("an answer without a state")
    [state] = states
    if state.Code != "Ok":
        raise _said_no(state.Code, state.Message or "")
    return str(state.SerialNo or "")


def _said_no(code: str, message: str) -> Trouble:
    kind = Throttled if code.startswith(_PASSING) else Refused
    return kind(f"{code}: {message}")


def _trouble(error: Any) -> Trouble:
    """What an exception of the SDK means: it wraps what the network said, and names what the provider said."""
    if error.get_request_id():
        return _said_no(error.get_code(), error.get_message() or "")
    cause = error.__context__
    if error.get_code() == "ClientNetworkError" and _never_left(cause):
        return Unreachable(f"nobody there: {type(cause).__name__}")
    return Unanswered(f"no answer that can be read: {error.get_code()} {type(cause).__name__}")


def _never_left(cause: BaseException | None) -> bool:
    """Whether the connection failed before anything was sent over it."""
    from requests.exceptions import ConnectTimeout, SSLError
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    if isinstance(cause, ConnectTimeout | SSLError):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
