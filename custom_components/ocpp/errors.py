"""The errors of the central system in words for the user."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .chargers.charger import Charger
from .const import DOMAIN
from .csms.errors import (
    CallFailedError,
    CallTimeoutError,
    CertificateNotRenewedError,
    CsmsError,
    IncompleteAnswerError,
    InvalidCallError,
    InvalidLimitError,
    NotConnectedError,
    NoTransactionError,
    Objection,
    RejectedError,
    StopFailedError,
    TooManyPeriodsError,
    UploadFailedError,
)


@contextmanager
def translated_errors(charger: Charger) -> Iterator[None]:
    """Raise errors of the central system as those of Home Assistant, with the reason that the charger gives."""
    try:
        yield
    except CsmsError as err:
        raise _translated(charger.name, err) from err


def _translated(name: str, err: CsmsError) -> HomeAssistantError:
    return _of_a_wrong_request(name, err) or _of_a_refusal(name, err)


def _of_a_wrong_request(name: str, err: CsmsError) -> ServiceValidationError | None:
    """Return the error about a request that was not sent; None if it was another one."""
    match err:
        case NotConnectedError():
            return validation_error("not_connected", charger=name)
        case NoTransactionError(evse_id=evse_id):
            return validation_error("no_session", charger=name, connector=str(evse_id))
        case InvalidCallError():
            return _of_an_invalid_call(name, err)
        case InvalidLimitError():
            return validation_error("invalid_limit", charger=name)
        case TooManyPeriodsError(given=given, most=most):
            return validation_error(
                "too_many_periods", charger=name, given=str(given), most=str(most)
            )
    return None


def _of_an_invalid_call(name: str, err: InvalidCallError) -> ServiceValidationError:
    """Return the error about a call that OCPP does not allow."""
    call = {"charger": name, "action": err.action}
    allowed = ", ".join(err.allowed)
    match err.objection:
        case Objection.NO_SUCH_MESSAGE:
            return validation_error("call_unknown", **call)
        case Objection.MISSING:
            return validation_error("call_field_missing", field=err.field, **call)
        case Objection.UNKNOWN:
            return validation_error("call_field_unknown", field=err.field, **call)
        case Objection.WRONG_TYPE:
            return validation_error(
                "call_field_type", field=err.field, allowed=allowed, **call
            )
        case Objection.NO_OPTION:
            return validation_error(
                "call_field_option", field=err.field, allowed=allowed, **call
            )
        case Objection.TOO_LONG:
            return validation_error(
                "call_field_too_long", field=err.field, allowed=allowed, **call
            )
        case Objection.WRONG_VALUE:
            return validation_error("call_field_value", field=err.field, **call)


def _of_a_refusal(name: str, err: CsmsError) -> HomeAssistantError:
    """Return the error about a charger that did not do what it was asked."""
    match err:
        case StopFailedError(evse_id=evse_id, refusals=refusals):
            return failure(
                "stop_failed",
                charger=name,
                connector=str(evse_id),
                refusals="; ".join(refusals),
            )
        case RejectedError(action=action, status=status):
            return failure("rejected", charger=name, action=action, status=status)
        case CallFailedError(action=action, code=code, description=description):
            reason = f"{code}: {description}" if description else code
            return failure("call_failed", charger=name, action=action, reason=reason)
        case UploadFailedError(reason=reason):
            return failure("upload_failed", charger=name, reason=reason)
        case CertificateNotRenewedError(reason=reason):
            return failure("certificate_not_renewed", charger=name, reason=reason)
        case IncompleteAnswerError():
            return failure("failed", charger=name, reason=str(err))
        case CallTimeoutError(action=action, timeout_s=timeout_s):
            return failure(
                "no_answer", charger=name, action=action, seconds=f"{timeout_s:g}"
            )
        case _:
            return failure("failed", charger=name, reason=str(err))


def validation_error(key: str, **placeholders: str) -> ServiceValidationError:
    """Return a translated error about a request that is not valid."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def failure(key: str, **placeholders: str) -> HomeAssistantError:
    """Return a translated error about a request that has failed."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )
