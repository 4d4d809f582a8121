"""Payloads that violate the schemas: repaired as far as possible."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.ocppj.schemas.compiled import load
from custom_components.ocpp.csms.ocppj.schemas.mending import mend
from custom_components.ocpp.csms.versions.v16 import VERSION

REQUESTS = VERSION.schemas.requests

STATUS: Payload = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
SAMPLE: Payload = {"value": "5"}


def _meter_values(*samples: Any) -> Payload:
    return {
        "connectorId": 1,
        "meterValue": [
            {"timestamp": "2026-01-01T00:00:00Z", "sampledValue": list(samples)}
        ],
    }


def _samples(payload: Payload) -> Any:
    meter_value: Any = payload["meterValue"]
    return meter_value[0]["sampledValue"]


@pytest.mark.parametrize(
    ("package", "suffix", "sends"),
    [
        ("ocpp.v16", "", set()),
        ("ocpp.v201", "Request", set()),
        ("ocpp.v21", "Request", {"NotifyPeriodicEventStream"}),
    ],
)
def test_all_messages_of_a_version_are_loaded(
    package: str, suffix: str, sends: set[str]
) -> None:
    schemas = load(package, suffix)
    assert set(schemas.sends) == sends
    assert "BootNotification" in schemas.requests
    assert set(schemas.requests) == set(schemas.responses)


def test_a_valid_payload_is_left_alone() -> None:
    mended = mend(REQUESTS["StatusNotification"], STATUS)
    assert mended.payload is STATUS
    assert mended.violations == ()


@pytest.mark.parametrize(
    ("change", "keyword"),
    [
        ({"vendorId": "x" * 300}, "longer"),
        ({"errorCode": "Error"}, "is not one of"),
        ({"vendorColor": "blue"}, "vendorColor"),
        ({"timestamp": "yesterday"}, "date-time"),
    ],
)
def test_harmless_violations_are_named_and_kept(change: Payload, keyword: str) -> None:
    mended = mend(REQUESTS["StatusNotification"], {**STATUS, **change})
    assert mended.payload == {**STATUS, **change}
    assert len(mended.violations) == 1
    assert keyword in mended.violations[0]


@pytest.mark.parametrize(
    ("given_value", "understood"),
    [("1", 1), (1.0, 1), ("01", 1)],
    ids=["text", "float", "zero"],
)
def test_numbers_in_another_guise_are_understood(
    given_value: Any, understood: int
) -> None:
    mended = mend(
        REQUESTS["StatusNotification"], {**STATUS, "connectorId": given_value}
    )
    assert mended.payload["connectorId"] == understood


@pytest.mark.parametrize("given_value", ["NaN", 1.5, "1.5"])
def test_what_is_no_whole_number_identifies_nothing(given_value: Any) -> None:
    payload = {**STATUS, "connectorId": given_value}
    mended = mend(REQUESTS["StatusNotification"], payload)
    assert mended.missing == ("connectorId",)
    assert "connectorId" not in mended.payload


def test_what_is_usable_of_a_list_is_used() -> None:
    payload = _meter_values(
        SAMPLE, {"unit": "A"}, {"value": None}, {"value": 7}, "nonsense"
    )
    mended = mend(REQUESTS["MeterValues"], payload)
    assert _samples(mended.payload) == [{"value": "5"}, {"value": "7"}]


def test_a_single_object_stands_for_a_list() -> None:
    payload = _meter_values(SAMPLE)
    payload["meterValue"] = payload["meterValue"][0]  # type: ignore[index]
    assert _samples(mend(REQUESTS["MeterValues"], payload).payload) == [SAMPLE]


@pytest.mark.parametrize(
    "payload",
    [
        {"chargePointVendor": "V"},
        {"chargePointVendor": "V", "chargePointModel": None},
        {"chargePointVendor": "V", "chargePointModel": {"a": 1, "b": 2}},
    ],
)
def test_what_is_missing_is_named(payload: Payload) -> None:
    mended = mend(REQUESTS["BootNotification"], payload)
    assert mended.payload == {"chargePointVendor": "V"}
    assert mended.missing == ("chargePointModel",)
    assert len(mended.violations) == 1


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("depth", [30, 300, 900])
def test_what_is_nested_beyond_reason_is_left_out(depth: int) -> None:
    mended = mend(REQUESTS["StatusNotification"], {**STATUS, "x": _nested(depth)})
    assert {**mended.payload, "x": 0} == {**STATUS, "x": 0}
    assert "payload: nested too deeply" in mended.violations
    payload = {**STATUS, "connectorId": _nested(depth)}
    assert mend(REQUESTS["StatusNotification"], payload).missing == ("connectorId",)


def test_violations_do_not_repeat_what_was_sent() -> None:
    mended = mend(
        REQUESTS["Authorize"], {"idTag": "SECRET-TAG-OF-SOMEBODY-WITH-A-LONG-NAME"}
    )
    assert "SECRET" not in str(mended.violations)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "unit", "phase", "sampledValue", "timestamp", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(
    action=st.sampled_from(sorted(VERSION.handlers)),
    payload=st.dictionaries(
        st.sampled_from(
            [
                *("connectorId", "errorCode", "status", "meterValue", "idTag"),
                *("transactionId", "timestamp", "meterStart", "meterStop"),
                *("vendorId", "chargePointVendor", "chargePointModel"),
            ]
        ),
        _VALUES,
        max_size=8,
    ),
)
def test_any_payload_is_mended(action: str, payload: Payload) -> None:
    mended = mend(REQUESTS[action], payload)
    # What is left to object to is harmless: everything is of its type, and what is missing is named.
    found = list(REQUESTS[action].violations(mended.payload))
    for problem in found:
        assert "is not of type" not in problem
        assert "required" not in problem or mended.missing or "timestamp" in problem
