"""Block N, use cases N01 to N08: logs, monitors, and what they tell."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.monitors import (
    Monitor,
    MonitorBase,
    MonitorGroup,
    MonitorKind,
    MonitorQuery,
    MonitorResult,
    ValueReason,
)
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import RejectedError, UploadFailedError
from custom_components.ocpp.csms.events import Event, ValueReported
from custom_components.ocpp.csms.files.logs import LogKind, LogRequest
from custom_components.ocpp.csms.operations.retrieve_logs import retrieve_log
from custom_components.ocpp.csms.operations.upkeep.monitors import clear_monitors
from tests.csms.conformance.peer import ACCEPTED, NOW, Ask, Message, text
from tests.waiting import until

from .script import BOOT, Station, commanded, names_of

POWER = VariableId.parse("EVSE#1.Power")
STATE = VariableId.parse("ChargingStation.AvailabilityState")
MONITORS = [
    Monitor(POWER, MonitorKind.UPPER_THRESHOLD, 11000.0, 4, True, 1),
    Monitor(STATE, MonitorKind.CHANGE, 1.0, 8, False, 2),
]
PAYLOADS: list[Message] = [
    {
        **names_of("EVSE#1.Power"),
        "variableMonitoring": [
            {
                "id": 1,
                "transaction": True,
                "value": 11000,
                "type": "UpperThreshold",
                "severity": 4,
            }
        ],
    },
    {
        **names_of("ChargingStation.AvailabilityState"),
        "variableMonitoring": [
            {
                "id": 2,
                "transaction": False,
                "value": 1,
                "type": "Delta",
                "severity": 8,
            }
        ],
    },
]


# Reports of monitors.


def report(asked: Message) -> Iterator[tuple[str, Message]]:
    """Yield the monitors in two parts."""
    for number, item in enumerate(PAYLOADS):
        yield (
            "NotifyMonitoringReport",
            {
                "requestId": asked["requestId"],
                "generatedAt": text(NOW),
                "seqNo": number,
                "tbc": number == 0,
                "monitor": [item],
            },
        )


EVERYTHING = (MonitorGroup.THRESHOLDS, MonitorGroup.CHANGES, MonitorGroup.INTERVALS)
NAMES = ["ThresholdMonitoring", "DeltaMonitoring", "PeriodicMonitoring"]


@pytest.mark.parametrize(
    ("query", "payload"),
    [
        pytest.param(
            MonitorQuery(9, EVERYTHING), {"monitoringCriteria": NAMES}, id="TC_N_01"
        ),
        pytest.param(
            MonitorQuery(9, (), (POWER,)),
            {"componentVariable": [names_of("EVSE#1.Power")]},
            id="TC_N_02",
        ),
        pytest.param(
            MonitorQuery(9, (MonitorGroup.THRESHOLDS,), (POWER,)),
            {
                "monitoringCriteria": ["ThresholdMonitoring"],
                "componentVariable": [names_of("EVSE#1.Power")],
            },
            id="TC_N_03",
        ),
        pytest.param(MonitorQuery(9), {}, id="TC_N_47"),
        pytest.param(
            MonitorQuery(9, (MonitorGroup.CHANGES,), (POWER, STATE)),
            {
                "monitoringCriteria": ["DeltaMonitoring"],
                "componentVariable": [
                    names_of("EVSE#1.Power"),
                    names_of("ChargingStation.AvailabilityState"),
                ],
            },
            id="TC_N_60",
        ),
    ],
)
async def test_monitors_are_reported(
    charger: Station, query: MonitorQuery, payload: Message
) -> None:
    charger.follow_ups["GetMonitoringReport"] = report
    await get(query, payload, "Accepted", MONITORS).play(charger)


def get(query: MonitorQuery, payload: Message, status: str, heard: object) -> Ask:
    """Return the command to report monitors."""
    return commanded(
        lambda version: version.monitors.get(query),
        "GetMonitoringReport",
        {"requestId": query.id, **payload},
        {"status": status},
        heard,
    )


async def test_there_may_be_no_monitors(charger: Station) -> None:
    await get(MonitorQuery(9), {}, "EmptyResultSet", []).play(charger)
    await get(MonitorQuery(9), {}, "NotSupported", "NotSupported").play(charger)


# Setting and clearing of monitors.


def set_level(severity: int, status: str) -> Ask:
    """Return the command to hear of everything that is as severe."""
    return commanded(
        lambda version: version.monitors.set_level(severity),
        "SetMonitoringLevel",
        {"severity": severity},
        {"status": status},
        None if status == "Accepted" else status,
    )


async def test_TC_N_05(charger: Station) -> None:
    for base, name in (
        (MonitorBase.ALL, "All"),
        (MonitorBase.FACTORY_DEFAULT, "FactoryDefault"),
        (MonitorBase.HARD_WIRED_ONLY, "HardWiredOnly"),
    ):
        await commanded(
            lambda version, base=base: version.monitors.reset(base),  # type: ignore[misc]
            "SetMonitoringBase",
            {"monitoringBase": name},
            ACCEPTED,
        ).play(charger)


async def test_TC_N_16(charger: Station) -> None:
    await set_level(4, "Accepted").play(charger)


async def test_TC_N_17(charger: Station) -> None:
    await set_level(10, "Rejected").play(charger)


def data_of(monitor: Monitor, name: str, kind: str) -> Message:
    """Return a monitor to set as it goes over the wire."""
    payload: Message = {
        **names_of(name),
        "value": monitor.value,
        "type": kind,
        "severity": monitor.severity,
    }
    return payload | ({"transaction": True} if monitor.in_sessions else {})


def results_of(payload: Message) -> Message:
    """Return the answer that all monitors are set."""
    return {
        "setMonitoringResult": [
            {
                **{key: item[key] for key in ("component", "variable")},
                "id": number,
                "type": item["type"],
                "severity": item["severity"],
                "status": "Accepted",
            }
            for number, item in enumerate(payload["setMonitoringData"], 1)
        ]
    }


def setting(monitors: Sequence[Monitor], data: list[Message]) -> Ask:
    """Return the command to set monitors."""
    payload: Message = {"setMonitoringData": data}
    return commanded(
        lambda version: version.monitors.set(monitors),
        "SetVariableMonitoring",
        payload,
        results_of(payload),
        [MonitorResult(number, "Accepted") for number in range(1, len(data) + 1)],
    )


NEW = [replace(monitor, id=None) for monitor in MONITORS]
ON_POWER = data_of(MONITORS[0], "EVSE#1.Power", "UpperThreshold")
ON_STATE = data_of(MONITORS[1], "ChargingStation.AvailabilityState", "Delta")


@pytest.mark.parametrize(
    ("monitors", "data"),
    [
        pytest.param(NEW[:1], [ON_POWER], id="TC_N_08"),
        pytest.param(NEW, [ON_POWER, ON_STATE], id="TC_N_09"),
    ],
)
async def test_monitors_are_set(
    charger: Station, monitors: list[Monitor], data: list[Message]
) -> None:
    await setting(monitors, data).play(charger)


ITEMS = "DeviceDataCtrlr.ItemsPerMessage[ClearVariableMonitoring]"
BYTES = "DeviceDataCtrlr.BytesPerMessage[ClearVariableMonitoring]"


def clearing(charger: Station, status: str = "Accepted") -> None:
    """Have the charging station clear what it is told to."""
    charger.answers["ClearVariableMonitoring"] = lambda payload: {
        "clearMonitoringResult": [
            {"id": monitor_id, "status": status} for monitor_id in payload["id"]
        ]
    }


async def test_TC_N_18(charger: Station) -> None:
    charger.variables |= {ITEMS: "2", BYTES: "1000"}
    clearing(charger)
    before = len(charger.calls)
    results = await clear_monitors(charger.station, [1, 2, 3])
    assert results == [MonitorResult(number, "Accepted") for number in (1, 2, 3)]
    (asked,) = charger.called("GetVariables", since=before)
    assert asked == {"getVariableData": [names_of(ITEMS), names_of(BYTES)]}
    assert charger.called("ClearVariableMonitoring") == [{"id": [1, 2]}, {"id": [3]}]


async def test_monitors_are_cleared_in_calls_that_are_short_enough(
    charger: Station,
) -> None:
    charger.variables[BYTES] = "90"
    clearing(charger)
    monitor_ids = list(range(100, 120))
    results = await clear_monitors(charger.station, monitor_ids)
    assert [result.id for result in results] == monitor_ids
    assert all(result.granted for result in results)
    assert len(charger.called("ClearVariableMonitoring")) > 1


async def test_nothing_is_sent_to_clear_nothing(charger: Station) -> None:
    before = len(charger.calls)
    assert await clear_monitors(charger.station, []) == []
    assert len(charger.calls) == before


async def test_TC_N_44(charger: Station) -> None:
    clearing(charger, "Rejected")
    (result,) = await clear_monitors(charger.station, [1])
    assert result == MonitorResult(1, "Rejected")
    assert not result.granted


# Values that are told without being asked for.


def told_by(charger: Station) -> list[ValueReported]:
    """Return the list of values that are told from now on."""
    values: list[ValueReported] = []

    def note(event: Event) -> None:
        if isinstance(event, ValueReported):
            values.append(event)

    charger.station.subscribe_events(note)
    return values


async def notify(charger: Station, *data: Message) -> None:
    """Tell values."""
    answer = await charger.tell(
        "NotifyEvent", generatedAt=text(NOW), seqNo=0, eventData=[*data]
    )
    assert answer == {}


def event_data(
    name: str = "EVSE#1.Power", trigger: str = "Alerting", **more: Any
) -> Message:
    """Return one value as it goes over the wire."""
    return {
        **names_of(name),
        "eventId": 1,
        "timestamp": text(NOW),
        "trigger": trigger,
        "actualValue": "12000",
        "eventNotificationType": "CustomMonitor",
        "variableMonitoringId": 1,
        **more,
    }


ALERT = ValueReported(
    "CP1", POWER, "12000", ValueReason.ALERT, NOW, False, None, monitor_id=1
)


async def test_TC_N_21(charger: Station) -> None:
    values = told_by(charger)
    await notify(
        charger,
        event_data(
            eventNotificationType="HardWiredMonitor",
            techCode="E12",
            transactionId="tx-1",
        ),
    )
    assert values == [replace(ALERT, code="E12", transaction_id="tx-1")]


async def test_TC_N_24(charger: Station) -> None:
    monitor = Monitor(POWER, MonitorKind.INTERVAL, 60.0, 8)
    data = data_of(monitor, "EVSE#1.Power", "Periodic")
    await setting([monitor], [data]).play(charger)
    values = told_by(charger)
    for _ in range(2):
        await notify(charger, event_data(trigger="Periodic"))
    assert values == [replace(ALERT, reason=ValueReason.INTERVAL)] * 2


async def test_TC_N_48(charger: Station) -> None:
    values = told_by(charger)
    # The value of a variable that can only be written is left empty.
    name = "SecurityCtrlr.BasicAuthPassword"
    await notify(charger, event_data(name, "Delta", actualValue=""))
    (value,) = values
    assert (value.variable, value.value) == (VariableId.parse(name), "")
    assert value.reason is ValueReason.CHANGE


async def test_TC_N_49(charger: Station) -> None:
    values = told_by(charger)
    await notify(charger, event_data())
    await charger.tell("BootNotification", **BOOT)
    await notify(charger, event_data(cleared=True, actualValue="0"))
    assert values == [ALERT, replace(ALERT, cleared=True, value="0")]


async def test_TC_N_50(charger: Station) -> None:
    values = told_by(charger)
    await notify(
        charger,
        event_data(trigger="Periodic"),
        event_data("ChargingStation.AvailabilityState", "Periodic"),
    )
    assert [value.variable for value in values] == [POWER, STATE]


# Logs.


FOLDER = "ftp://example.org/logs/"


async def retrieving(
    charger: Station, request: LogRequest, answer: Message
) -> asyncio.Task[str | None]:
    """Ask for a log, and return what becomes of it once the charging station has been asked."""
    charger.answers["GetLog"] = answer
    before = len(charger.calls)
    task = asyncio.create_task(retrieve_log(charger.station, request))
    await until(lambda: charger.called("GetLog", since=before))
    return task


async def uploaded(charger: Station, *statuses: str, of: int = 3) -> None:
    """Tell the progress of an upload."""
    for status in statuses:
        await charger.tell("LogStatusNotification", status=status, requestId=of)


STORED: Message = {**ACCEPTED, "filename": "log.zip"}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(LogKind.DIAGNOSTICS, id="TC_N_25"),
        pytest.param(LogKind.SECURITY, id="TC_N_35"),
    ],
)
async def test_logs_are_uploaded(charger: Station, kind: LogKind) -> None:
    oldest = NOW - timedelta(days=1)
    request = LogRequest(3, kind, FOLDER, oldest, NOW)
    task = await retrieving(charger, request, STORED)
    await uploaded(charger, "Uploading")
    assert not task.done()
    await uploaded(charger, "Uploaded")
    assert await task == "log.zip"
    log = {
        "remoteLocation": FOLDER,
        "oldestTimestamp": text(oldest),
        "latestTimestamp": text(NOW),
    }
    assert charger.called("GetLog") == [
        {"logType": kind.value, "requestId": 3, "log": log}
    ]


async def test_TC_N_34(charger: Station) -> None:
    request = LogRequest(3, LogKind.DIAGNOSTICS, FOLDER)
    task = await retrieving(charger, request, {"status": "Rejected"})
    with pytest.raises(RejectedError):
        await task


async def test_TC_N_36(charger: Station) -> None:
    first = await retrieving(
        charger, LogRequest(3, LogKind.DIAGNOSTICS, FOLDER), STORED
    )
    await uploaded(charger, "Uploading")
    second = await retrieving(
        charger,
        LogRequest(4, LogKind.DIAGNOSTICS, FOLDER),
        {"status": "AcceptedCanceled", "filename": "other.zip"},
    )
    await uploaded(charger, "AcceptedCanceled")
    with pytest.raises(UploadFailedError, match="AcceptedCanceled"):
        await first
    await uploaded(charger, "Uploading", "Uploaded", of=4)
    assert await second == "other.zip"
