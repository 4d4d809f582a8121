"""The commands of the central system on the bench."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Limit
from custom_components.ocpp.csms.ocppj.framing import Json, Payload
from custom_components.ocpp.csms.operations.sign_certificate import renew
from custom_components.ocpp.csms.operations.upgrade_security import raise_profile
from custom_components.ocpp.csms.pki.certificates import CertificatePurpose
from custom_components.ocpp.csms.pki.security_profiles import SecurityProfile
from custom_components.ocpp.csms.station import ChargingStation
from scripts.csms_security import set_password


class CommandError(Exception):
    """A line on standard input that is no command."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message to send as it is."""

    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class SetLimit:
    """A limit to bring into force."""

    limit: Limit
    evse_id: int


@dataclass(frozen=True, slots=True)
class SetPassword:
    """A password to give to a charger."""

    password: str


@dataclass(frozen=True, slots=True)
class RaiseProfile:
    """A security profile that a charger shall use."""

    profile: SecurityProfile


@dataclass(frozen=True, slots=True)
class RenewCertificate:
    """A charger shall ask for a certificate."""

    purpose: CertificatePurpose


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Settings that a charger shall have, by their names."""

    values: Mapping[str, str]


type Task = (
    Call | SetLimit | SetPassword | RaiseProfile | RenewCertificate | ChangeSettings
)


@dataclass(frozen=True, slots=True)
class Command:
    """A task, and the charger that it is for."""

    station: str
    task: Task


def parse(command: Json) -> Command:
    """Read a command.

    Raises:
        CommandError: when it is none; says what is missing.
    """
    match command:
        case {"station": str(station), "call": str(action), "payload": dict(payload)}:
            return Command(station, Call(action, payload))
        case {"station": str(station), "call": str(action), **rest} if (
            "payload" not in rest
        ):
            return Command(station, Call(action, {}))
        case {"station": str(station), "limit_a": int() | float() as limit_a, **rest}:
            connector = rest.get("connector", 1)
            if not isinstance(connector, int):
                raise CommandError("'connector' must be a whole number")
            return Command(station, SetLimit(Limit(float(limit_a)), connector))
        case {"station": str(station), "password": str(password)}:
            return Command(station, SetPassword(password))
        case {"station": str(station), "security_profile": int(profile)} if (
            1 <= profile <= 3
        ):
            return Command(station, RaiseProfile(SecurityProfile(profile)))
        case {"station": str(station), "renew_certificate": True}:
            return Command(station, RenewCertificate(CertificatePurpose.CENTRAL_SYSTEM))
        case {
            "station": str(station),
            "renew_certificate": "vehicle" | "both" as purpose,
        }:
            return Command(station, RenewCertificate(CertificatePurpose(purpose)))
        case {"station": str(station), "variables": dict(values)}:
            texts = {name: _text(value) for name, value in values.items()}
            return Command(station, ChangeSettings(texts))
        case dict():
            raise CommandError(
                "a command needs 'station' and either 'call' with a 'payload' object, 'limit_a', 'password',"
                " 'security_profile' from 1 to 3, 'renew_certificate', or 'variables'"
            )
        case _:
            raise CommandError("a command is a JSON object")


def _text(value: Json) -> str:
    """Return a value as settings have it."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


async def execute(system: CentralSystem, command: Command) -> Json:
    """Carry out a command and return its result.

    Raises:
        CommandError: when there is no such charger.
        CsmsError: when the charger refuses, or cannot be asked.
    """
    station = system.stations.get(command.station)
    if station is None:
        known = ", ".join(sorted(system.stations)) or "none"
        raise CommandError(
            f"there is no charger {command.station}; connected so far: {known}"
        )
    match command.task:
        case Call(action, payload):
            return await station.call(action, payload)
        case SetLimit(limit, evse_id):
            return await _set_limit(station, evse_id, limit)
        case SetPassword(password):
            return {"reboot_required": await set_password(station, password)}
        case RaiseProfile(profile):
            return {"reboot_required": await raise_profile(station, profile)}
        case RenewCertificate(purpose):
            await renew(station, purpose)
            return {}
        case ChangeSettings(values):
            return await _change_settings(station, values)


async def _change_settings(station: ChargingStation, values: Mapping[str, str]) -> Json:
    named = station.version.settings.named
    results = await station.commands.change_settings(
        {named(name): value for name, value in values.items()}
    )
    return {str(variable): result.status for variable, result in results.items()}


async def _set_limit(station: ChargingStation, evse_id: int, limit: Limit) -> Json:
    in_force = await station.limits.set(evse_id, limit)
    if in_force is None:
        return {"limit_a": 0.0}
    return {
        "limit_a": in_force.limit.current_a,
        "purpose": in_force.variant.purpose,
        "kind": in_force.variant.kind,
        "transaction": in_force.transaction_id,
    }
