"""The standard components of a station."""

from collections.abc import Sequence

from tests.simulator.station2.evse import Evse

from .device_model import READ_ONLY, READ_WRITE, WRITE_ONLY, Attribute, Place, Variable

MEASURANDS = (
    "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,"
    "Power.Offered,Voltage,SoC,Frequency,Energy.Active.Export.Register,Power.Active.Export"
)
_DEFAULT_MEASURANDS = "Energy.Active.Import.Register,Power.Active.Import,Current.Import"
_TX_POINTS = (
    "ParkingBayOccupancy,EVConnected,Authorized,DataSigned,PowerPathClosed,"
    "EnergyTransfer"
)


def station_variables(evses: Sequence[Evse], *, is_2_1: bool) -> list[Variable]:
    """Return all variables of a station with these EVSEs."""
    variables = [
        *_station(len(evses)),
        *_communication(),
        *_transactions(),
        *_metering(),
        *_smart_charging(),
        *_security(),
        *_tokens(),
        *_others(),
    ]
    for evse in evses:
        variables += _evse(evse)
        if is_2_1 and evse.bidirectional:
            variables += _v2x(evse)
    return variables


def _boolean(
    place: str | Place,
    name: str,
    value: str,
    mutability: str = READ_WRITE,
    instance: str | None = None,
) -> Variable:
    return _variable(place, name, value, mutability, "boolean", instance=instance)


def _integer(
    place: str | Place,
    name: str,
    value: int,
    mutability: str = READ_WRITE,
    *,
    unit: str | None = None,
    most: float | None = None,
    instance: str | None = None,
) -> Variable:
    return _variable(
        place,
        name,
        str(value),
        mutability,
        "integer",
        unit=unit,
        least=0,
        most=most,
        instance=instance,
    )


def _list(
    place: str | Place,
    name: str,
    value: str,
    values_list: str | None,
    mutability: str = READ_WRITE,
    data_type: str = "MemberList",
) -> Variable:
    return _variable(place, name, value, mutability, data_type, values_list=values_list)


def _variable(
    place: str | Place,
    name: str,
    value: str,
    mutability: str = READ_ONLY,
    data_type: str = "string",
    *,
    unit: str | None = None,
    least: float | None = None,
    most: float | None = None,
    values_list: str | None = None,
    instance: str | None = None,
) -> Variable:
    return Variable(
        Place(place) if isinstance(place, str) else place,
        name,
        instance,
        {"Actual": Attribute(value, mutability)},
        data_type,
        unit,
        least,
        most,
        values_list,
        data_type in {"integer", "decimal", "OptionList", "boolean"},
    )


def _station(evses: int) -> list[Variable]:
    place = "ChargingStation"
    return [
        _boolean(place, "Available", "true", READ_ONLY),
        _availability(Place(place)),
        _variable(place, "Model", "Wallbox 22"),
        _variable(place, "VendorName", "Sunny"),
        _variable(place, "SerialNumber", "SN-1"),
        _variable(place, "FirmwareVersion", "1.2.3"),
        _boolean(place, "Problem", "false", READ_ONLY),
        _integer(place, "SupplyPhases", 3, READ_ONLY),
        _integer(place, "EVSECount", evses, READ_ONLY),
    ]


def _availability(place: Place) -> Variable:
    states = "Available,Occupied,Reserved,Unavailable,Faulted"
    return _list(
        place, "AvailabilityState", "Available", states, READ_ONLY, "OptionList"
    )


def _evse(evse: Evse) -> list[Variable]:
    place = Place("EVSE", None, evse.id)
    power_w = round(evse.max_current_a * evse.phases * 230)
    power = _variable(place, "Power", "0", READ_ONLY, "decimal", unit="W")
    power.max_limit = power_w
    power.attributes["MaxSet"] = Attribute(str(power_w))
    variables = [
        _boolean(place, "Available", "true", READ_ONLY),
        _availability(place),
        _integer(place, "SupplyPhases", evse.phases, READ_ONLY),
        _boolean(place, "AllowReset", "true", READ_ONLY),
        power,
    ]
    for connector in evse.connectors.values():
        at = Place("Connector", None, evse.id, connector.id)
        variables += [
            _boolean(at, "Available", "true", READ_ONLY),
            _availability(at),
            _variable(at, "ConnectorType", connector.kind),
            _integer(at, "SupplyPhases", evse.phases, READ_ONLY),
        ]
    return variables


def _communication() -> list[Variable]:
    place = "OCPPCommCtrlr"
    password = _variable("SecurityCtrlr", "BasicAuthPassword", "", WRITE_ONLY, most=40)
    password.min_limit = 16
    priority = _list(
        place, "NetworkConfigurationPriority", "1", None, data_type="SequenceList"
    )
    priority.needs_reboot = True
    return [
        password,
        priority,
        _integer(place, "HeartbeatInterval", 60, unit="s"),
        _integer(place, "OfflineThreshold", 60, unit="s"),
        _integer(place, "WebSocketPingInterval", 30, unit="s"),
        _integer(place, "ResetRetries", 1),
        _integer(place, "MessageTimeout", 30, READ_ONLY, unit="s", instance="Default"),
        _integer(place, "MessageAttempts", 3, instance="TransactionEvent"),
        _integer(
            place, "MessageAttemptInterval", 1, unit="s", instance="TransactionEvent"
        ),
        _integer(place, "NetworkProfileConnectionAttempts", 1),
        _integer(place, "RetryBackOffRepeatTimes", 3),
        _integer(place, "RetryBackOffRandomRange", 1, unit="s"),
        _integer(place, "RetryBackOffWaitMinimum", 1, unit="s"),
        _boolean(place, "UnlockOnEVSideDisconnect", "true"),
        _boolean(place, "QueueAllMessages", "false"),
        _list(place, "FileTransferProtocols", "HTTP,HTTPS", None, READ_ONLY),
    ]


def _transactions() -> list[Variable]:
    place = "TxCtrlr"
    return [
        _list(place, "TxStartPoint", "EVConnected,Authorized", _TX_POINTS),
        _list(place, "TxStopPoint", "EVConnected,Authorized", _TX_POINTS),
        _integer(place, "EVConnectionTimeOut", 60, unit="s"),
        _boolean(place, "StopTxOnInvalidId", "true"),
        _boolean(place, "StopTxOnEVSideDisconnect", "true"),
        _boolean(place, "TxBeforeAcceptedEnabled", "false"),
        _integer(place, "MaxEnergyOnInvalidId", 0, unit="Wh"),
        _boolean(place, "ChargingBeforeAcceptedEnabled", "false"),
    ]


def _metering() -> list[Variable]:
    sampled, aligned = "SampledDataCtrlr", "AlignedDataCtrlr"
    energy = "Energy.Active.Import.Register"
    return [
        _boolean(sampled, "Available", "true", READ_ONLY),
        _boolean(sampled, "Enabled", "true"),
        _list(sampled, "TxStartedMeasurands", energy, MEASURANDS),
        _list(sampled, "TxUpdatedMeasurands", _DEFAULT_MEASURANDS, MEASURANDS),
        _list(sampled, "TxEndedMeasurands", energy, MEASURANDS),
        _integer(sampled, "TxUpdatedInterval", 60, unit="s"),
        _integer(sampled, "TxEndedInterval", 0, unit="s"),
        _boolean(sampled, "SignReadings", "false"),
        _boolean(aligned, "Available", "true", READ_ONLY),
        _boolean(aligned, "Enabled", "true"),
        _list(aligned, "Measurands", energy, MEASURANDS),
        _integer(aligned, "Interval", 0, unit="s"),
        _list(aligned, "TxEndedMeasurands", "", MEASURANDS),
        _integer(aligned, "TxEndedInterval", 0, unit="s"),
        _boolean(aligned, "SendDuringIdle", "false"),
        _boolean(aligned, "SignReadings", "false"),
    ]


def _smart_charging() -> list[Variable]:
    place = "SmartChargingCtrlr"
    phases = _boolean(place, "ACPhaseSwitchingSupported", "false", READ_ONLY)
    return [
        phases,
        _boolean(place, "Available", "true", READ_ONLY),
        _boolean(place, "Enabled", "true"),
        _integer(place, "ProfileStackLevel", 8, READ_ONLY),
        _list(place, "RateUnit", "A,W", "A,W", READ_ONLY),
        _integer(place, "PeriodsPerSchedule", 24, READ_ONLY),
        _integer(place, "Entries", 0, READ_ONLY, most=50, instance="ChargingProfiles"),
        _boolean(place, "ExternalControlSignalsEnabled", "false"),
        _boolean(place, "NotifyChargingLimitWithSchedules", "true"),
        _variable(
            place, "LimitChangeSignificance", "1", READ_WRITE, "decimal", unit="Percent"
        ),
        _boolean(place, "SupportsDynamicProfiles", "true", READ_ONLY),
    ]


def _security() -> list[Variable]:
    place = "SecurityCtrlr"
    return [
        _integer(place, "SecurityProfile", 1, READ_ONLY),
        _variable(place, "Identity", "", READ_WRITE, most=48),
        _variable(place, "OrganizationName", "Charging Club", READ_WRITE),
        _integer(place, "CertificateEntries", 0, READ_ONLY, most=20),
        _integer(place, "CertSigningRepeatTimes", 1),
        _integer(place, "CertSigningWaitMinimum", 1, unit="s"),
        _boolean(place, "AdditionalRootCertificateCheck", "false", READ_ONLY),
    ]


def _tokens() -> list[Variable]:
    auth, cache, local = "AuthCtrlr", "AuthCacheCtrlr", "LocalAuthListCtrlr"
    return [
        _boolean(auth, "Enabled", "true"),
        _boolean(auth, "AuthorizeRemoteStart", "false"),
        _boolean(auth, "LocalAuthorizeOffline", "true"),
        _boolean(auth, "LocalPreAuthorize", "false"),
        _boolean(auth, "OfflineTxForUnknownIdEnabled", "false"),
        _boolean(auth, "DisableRemoteAuthorization", "false"),
        _variable(auth, "MasterPassGroupId", "", READ_WRITE),
        _boolean(cache, "Available", "true", READ_ONLY),
        _boolean(cache, "Enabled", "true"),
        _integer(cache, "LifeTime", 86400, unit="s"),
        _boolean(local, "Available", "true", READ_ONLY),
        _boolean(local, "Enabled", "true"),
        _integer(local, "Entries", 0, READ_ONLY, most=100),
        _integer(local, "ItemsPerMessage", 20, READ_ONLY),
        _integer(local, "BytesPerMessage", 65536, READ_ONLY),
    ]


def _others() -> list[Variable]:
    data, monitoring, display = (
        "DeviceDataCtrlr",
        "MonitoringCtrlr",
        "DisplayMessageCtrlr",
    )
    bounds = [
        _integer(data, name, number, READ_ONLY, instance=action)
        for action in ("GetVariables", "SetVariables", "GetReport")
        for name, number in (("ItemsPerMessage", 10), ("BytesPerMessage", 65536))
    ]
    return [
        *bounds,
        _boolean("ReservationCtrlr", "Available", "true", READ_ONLY),
        _boolean("ReservationCtrlr", "Enabled", "true"),
        _boolean("ReservationCtrlr", "NonEvseSpecific", "true"),
        _boolean(monitoring, "Available", "true", READ_ONLY),
        _boolean(monitoring, "Enabled", "true"),
        _integer(
            monitoring,
            "ItemsPerMessage",
            10,
            READ_ONLY,
            instance="SetVariableMonitoring",
        ),
        _integer(
            monitoring,
            "ItemsPerMessage",
            10,
            READ_ONLY,
            instance="ClearVariableMonitoring",
        ),
        _integer(monitoring, "ActiveMonitoringLevel", 9, READ_ONLY),
        _boolean(display, "Available", "true", READ_ONLY),
        _boolean(display, "Enabled", "true"),
        _integer(display, "DisplayMessages", 0, READ_ONLY, most=10),
        _list(
            display, "SupportedFormats", "ASCII,UTF8", "ASCII,HTML,URI,UTF8", READ_ONLY
        ),
        _list(
            display,
            "SupportedPriorities",
            "AlwaysFront,InFront,NormalCycle",
            "AlwaysFront,InFront,NormalCycle",
            READ_ONLY,
        ),
        _variable("TariffCostCtrlr", "Currency", "EUR", READ_WRITE, most=3),
        _boolean("TariffCostCtrlr", "Enabled", "true", instance="Cost"),
        _boolean("TariffCostCtrlr", "Available", "true", READ_ONLY, instance="Cost"),
        _boolean("ISO15118Ctrlr", "Enabled", "false"),
        _boolean("ISO15118Ctrlr", "V2GCertificateInstallationEnabled", "false"),
        _boolean("ISO15118Ctrlr", "ContractValidationOffline", "false"),
        _list("ClockCtrlr", "TimeSource", "Heartbeat", None, data_type="SequenceList"),
        _variable(
            "ClockCtrlr", "DateTime", "2026-01-01T00:00:00Z", READ_ONLY, "dateTime"
        ),
        _variable("ClockCtrlr", "TimeZone", "Europe/Berlin", READ_WRITE),
        _boolean(
            "CustomizationCtrlr",
            "CustomImplementationEnabled",
            "false",
            instance="Sunny",
        ),
    ]


def _v2x(evse: Evse) -> list[Variable]:
    place = Place("V2XChargingCtrlr", None, evse.id)
    modes = (
        "Idle,ChargingOnly,CentralSetpoint,ExternalSetpoint,ExternalLimits,"
        "CentralFrequency,LocalFrequency,LocalLoadBalancing"
    )
    power = str(round(evse.max_current_a * evse.phases * 230))
    supported = "ChargingOnly,CentralSetpoint"
    return [
        _boolean(place, "Available", "true", READ_ONLY),
        _boolean(place, "Enabled", "true"),
        _list(place, "SupportedOperationModes", supported, modes, READ_ONLY),
        _list(
            place,
            "SupportedEnergyTransferModes",
            "AC_three_phase,AC_BPT",
            None,
            READ_ONLY,
        ),
        _variable(place, "DischargePower", power, READ_ONLY, "decimal", unit="W"),
    ]
