"""Signed meter values of OCPP 1.6, which are kept with their session."""

from datetime import UTC, datetime

from custom_components.ocpp.csms.metering.signed import (
    MAX_DATA_LENGTH,
    MAX_KEY_LENGTH,
    SignedValue,
    with_values,
)
from custom_components.ocpp.csms.versions.v16.sampled_values import meter_values_of

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEGIN, END = "Transaction.Begin", "Transaction.End"


def test_signed_data_is_no_number() -> None:
    (value,) = meter_values_of(
        [
            {
                "timestamp": AT.isoformat(),
                "sampledValue": [
                    {"value": "1000", "context": BEGIN},
                    {
                        "value": 'OCMF|{"FV":"1.0"}|{}',
                        "context": BEGIN,
                        "format": "SignedData",
                    },
                    {"value": "0A0B", "context": END, "format": "SignedData"},
                ],
            }
        ],
        AT,
    )
    assert [sample.value for sample in value.samples] == ["1000"]
    assert list(value.signed) == [
        SignedValue(AT, BEGIN, 'OCMF|{"FV":"1.0"}|{}', "OCMF"),
        SignedValue(AT, END, "0A0B"),
    ]


def test_one_value_of_the_begin_and_one_of_the_end_are_kept() -> None:
    first, again = SignedValue(AT, BEGIN, "first"), SignedValue(AT, BEGIN, "again")
    end, later = SignedValue(AT, END, "end"), SignedValue(AT, END, "later")
    between = SignedValue(AT, "Sample.Periodic", "between")
    assert with_values((), [end, first, between]) == (first, end)
    assert with_values((first, end), [again, later]) == (first, later)


def test_what_is_too_long_is_not_kept() -> None:
    long = SignedValue(AT, BEGIN, "x" * (MAX_DATA_LENGTH + 1))
    key = SignedValue(AT, BEGIN, "x", None, "x" * (MAX_KEY_LENGTH + 1))
    assert with_values((), [long, key, SignedValue(AT, BEGIN, "")]) == ()
