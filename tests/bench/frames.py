"""The frames that message costs are measured with: 14 samples, as a three-phase charger sends them."""

from datetime import UTC, datetime
import json
from typing import Any

_SAMPLES = (
    ("Energy.Active.Import.Register", None, "Wh", 1_000_000.0),
    ("Power.Active.Import", None, "W", 7_300.0),
    ("Power.Active.Import", "L1", "W", 2_433.0),
    ("Power.Active.Import", "L2", "W", 2_433.0),
    ("Power.Active.Import", "L3", "W", 2_433.0),
    ("Current.Import", "L1", "A", 10.4),
    ("Current.Import", "L2", "A", 10.5),
    ("Current.Import", "L3", "A", 10.6),
    ("Voltage", "L1-N", "V", 229.0),
    ("Voltage", "L2-N", "V", 230.0),
    ("Voltage", "L3-N", "V", 231.0),
    ("Current.Offered", None, "A", 11.0),
    ("Temperature", None, "Celsius", 31.0),
    ("SoC", None, "Percent", 40.0),
)

_SAMPLES_OF_2_X = [
    # It has no temperature.
    ("Frequency", None, "Hz", 50.0) if sample[0] == "Temperature" else sample
    for sample in _SAMPLES
]


def meter_values(number: int, connector_id: int = 1) -> str:
    """Return the frame of that number, taken now; no value is the same in two of them."""
    shift, taken_at = number % 1000 / 100, datetime.now(UTC).isoformat()
    sampled: list[dict[str, Any]] = [
        {
            "value": f"{value + shift:.2f}",
            "context": "Sample.Periodic",
            "format": "Raw",
            "measurand": measurand,
            "location": "Outlet",
            "unit": unit,
            **({"phase": phase} if phase else {}),
        }
        for measurand, phase, unit, value in _SAMPLES
    ]
    payload = {
        "connectorId": connector_id,
        "transactionId": 1,
        "meterValue": [{"timestamp": taken_at, "sampledValue": sampled}],
    }
    return json.dumps([2, f"m{number}", "MeterValues", payload])


def transaction_event(number: int) -> str:
    """Return the TransactionEvent of OCPP 2.x with the same samples."""
    shift, taken_at = number % 1000 / 100, datetime.now(UTC).isoformat()
    sampled: list[dict[str, Any]] = [
        {
            "value": round(value + shift, 2),
            "context": "Sample.Periodic",
            "measurand": measurand,
            "location": "Outlet",
            "unitOfMeasure": {"unit": unit},
            **({"phase": phase} if phase else {}),
        }
        for measurand, phase, unit, value in _SAMPLES_OF_2_X
    ]
    payload = {
        "eventType": "Updated",
        "timestamp": taken_at,
        "triggerReason": "MeterValuePeriodic",
        "seqNo": number,
        "transactionInfo": {"transactionId": "tx-1", "chargingState": "Charging"},
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [{"timestamp": taken_at, "sampledValue": sampled}],
    }
    return json.dumps([2, f"m{number}", "TransactionEvent", payload])
