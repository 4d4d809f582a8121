"""The fields of OCPP 1.6's messages, by what may be shown of them."""

NUMBERS = frozenset(
    {
        "chargingProfileId",
        "connectorId",
        "duration",
        "id",
        "interval",
        "limit",
        "listVersion",
        "meterStart",
        "meterStop",
        "minChargingRate",
        "numberPhases",
        "requestId",
        "reservationId",
        "retries",
        "retryInterval",
        "stackLevel",
        "startPeriod",
        "transactionId",
    }
)
TIMES = frozenset(
    {
        "currentTime",
        "expiryDate",
        "installDateTime",
        "latestTimestamp",
        "oldestTimestamp",
        "retrieveDate",
        "retrieveDateTime",
        "scheduleStart",
        "startSchedule",
        "startTime",
        "stopTime",
        "timestamp",
        "validFrom",
        "validTo",
    }
)
PRODUCTS = frozenset(
    {"chargePointModel", "chargePointVendor", "firmwareVersion", "meterType"}
)
ENUMERATIONS = frozenset(
    {
        "certificateType",
        "chargingProfileKind",
        "chargingProfilePurpose",
        "chargingRateUnit",
        "context",
        "errorCode",
        "format",
        "hashAlgorithm",
        "location",
        "logType",
        "measurand",
        "phase",
        "reason",
        "recurrencyKind",
        "requestedMessage",
        "status",
        "type",
        "unit",
        "updateType",
    }
)
CONTAINERS = frozenset(
    {
        "certificateHashData",
        "chargingProfile",
        "chargingSchedule",
        "chargingSchedulePeriod",
        "configurationKey",
        "csChargingProfiles",
        "firmware",
        "idTagInfo",
        "localAuthorizationList",
        "log",
        "meterValue",
        "sampledValue",
        "transactionData",
    }
)
"""The fields that contain others."""

OTHERS = frozenset(
    {
        "certificate",
        "certificateChain",
        "chargeBoxSerialNumber",
        "chargePointSerialNumber",
        "csr",
        "data",
        "fileName",
        "filename",
        "iccid",
        "idTag",
        "imsi",
        "info",
        "issuerKeyHash",
        "issuerNameHash",
        "key",
        "messageId",
        "meterSerialNumber",
        "parentIdTag",
        "readonly",
        "remoteLocation",
        "serialNumber",
        "signature",
        "signingCertificate",
        "techInfo",
        "unknownKey",
        "value",
        "vendorErrorCode",
        "vendorId",
    }
)
"""The other fields, whose names are shown, and not what they contain."""

NAMES = NUMBERS | TIMES | PRODUCTS | ENUMERATIONS | CONTAINERS | OTHERS
TEXTS_OF_NUMBERS = frozenset({("sampledValue", "value")})
"""Fields whose numbers are texts, each with the field around it."""
