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
OTHERS = frozenset(
    {
        "certificate",
        "certificateChain",
        "certificateHashData",
        "chargeBoxSerialNumber",
        "chargePointSerialNumber",
        "chargingProfile",
        "chargingSchedule",
        "chargingSchedulePeriod",
        "configurationKey",
        "csChargingProfiles",
        "csr",
        "data",
        "fileName",
        "filename",
        "firmware",
        "iccid",
        "idTag",
        "idTagInfo",
        "imsi",
        "info",
        "issuerKeyHash",
        "issuerNameHash",
        "key",
        "localAuthorizationList",
        "log",
        "messageId",
        "meterSerialNumber",
        "meterValue",
        "parentIdTag",
        "readonly",
        "remoteLocation",
        "sampledValue",
        "serialNumber",
        "signature",
        "signingCertificate",
        "techInfo",
        "transactionData",
        "unknownKey",
        "value",
        "vendorErrorCode",
        "vendorId",
    }
)
"""The other fields, whose names are shown, and not what they contain."""

NAMES = NUMBERS | TIMES | PRODUCTS | ENUMERATIONS | OTHERS
TEXTS_OF_NUMBERS = frozenset({("sampledValue", "value")})
"""Fields whose numbers are texts, each with the field around it."""
