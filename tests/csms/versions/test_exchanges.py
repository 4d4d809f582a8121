"""Answers that come in later, and commands that take several calls, over a socket."""

import asyncio
from typing import Any

import pytest

from custom_components.ocpp.csms.connections.exchanges import MOST_PARTS, Exchanges
from custom_components.ocpp.csms.devices.settings import Setting
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import (
    IncompleteAnswerError,
    NotConnectedError,
    RejectedError,
)
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.versions import Request
from custom_components.ocpp.csms.versions.requests import Exchange
from tests.csms.bench import Bench
from tests.waiting import until

from .stub import StubCharger, answering, stub_charger
from .stub_settings import base_report, set_variables


def _report(request_id: int, number: int, *names: str, more: bool = False) -> Payload:
    return {
        "requestId": request_id,
        "generatedAt": "2026-06-01T12:00:00Z",
        "seqNo": number,
        "tbc": more,
        "reportData": [
            {
                "component": {"name": "Stub"},
                "variable": {"name": name},
                "variableAttribute": [{"value": "1"}],
            }
            for name in names
        ],
    }


def _asked(charger: StubCharger, action: str) -> list[Payload]:
    return [payload for name, payload in charger.calls if name == action]


async def _names(
    bench: Bench, exchange: Exchange[dict[VariableId, Setting]]
) -> list[str]:
    settings = await bench.station.request(lambda _: exchange)
    return [variable.variable for variable in settings]


async def _ask(
    bench: Bench, charger: StubCharger, request_id: int
) -> asyncio.Task[list[str]]:
    """Ask for a report, and return once the charger has been asked."""
    charger.answers["GetBaseReport"] = charger.answers.get(
        "GetBaseReport", answering("Accepted")
    )
    task = asyncio.create_task(_names(bench, base_report(request_id)))
    await until(
        lambda: any(
            payload["requestId"] == request_id
            for payload in _asked(charger, "GetBaseReport")
        )
    )
    return task


async def test_an_answer_in_several_messages_is_read_as_one(stub_bench: Bench) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        report = await _ask(stub_bench, charger, 7)
        await charger.call("NotifyReport", _report(7, 0, "A", "B", more=True))
        await charger.call("NotifyReport", _report(7, 2, "D"))
        assert not report.done()
        await charger.call("NotifyReport", _report(7, 1, "C", more=True))
        assert await report == ["A", "B", "C", "D"]


async def test_messages_can_come_before_the_answer_that_announces_them(
    stub_bench: Bench,
) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        early = _report(7, 0, "A", more=True)

        async def answer(payload: Payload) -> Payload:
            await charger.send_frame([2, "early", "NotifyReport", early])
            return {"status": "Accepted"}

        charger.answers["GetBaseReport"] = answer
        report = await _ask(stub_bench, charger, 7)
        await charger.call("NotifyReport", _report(7, 1, "B"))
        assert await report == ["A", "B"]


async def test_two_answers_at_a_time_are_not_mixed_up(stub_bench: Bench) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        first = await _ask(stub_bench, charger, 1)
        second = await _ask(stub_bench, charger, 2)
        await charger.call("NotifyReport", _report(2, 0, "X", more=True))
        await charger.call("NotifyReport", _report(1, 0, "A"))
        await charger.call("NotifyReport", _report(3, 0, "of nobody's"))
        assert await first == ["A"]
        await charger.call("NotifyReport", _report(2, 1, "Y"))
        assert await second == ["X", "Y"]


async def test_where_nothing_follows_nothing_is_awaited(stub_bench: Bench) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        charger.answers["GetBaseReport"] = answering("EmptyResultSet")
        assert await _names(stub_bench, base_report(1)) == []
        charger.answers["GetBaseReport"] = answering("NotSupported")
        with pytest.raises(RejectedError):
            await _names(stub_bench, base_report(1))


async def test_an_answer_that_stays_incomplete_is_given_up(stub_bench: Bench) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()

        async def answer(payload: Payload) -> Payload:
            for number, more in ((0, True), (2, False)):
                message = _report(1, number, "A", more=more)
                await charger.send_frame([2, f"{number}", "NotifyReport", message])
            return {"status": "Accepted"}

        charger.answers["GetBaseReport"] = answer
        with pytest.raises(IncompleteAnswerError, match="message 1 is missing"):
            await _names(stub_bench, base_report(1, silence_s=0.05))


async def test_a_lost_connection_ends_the_wait(stub_bench: Bench) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()
        report = await _ask(stub_bench, charger, 1)
        await charger.call("NotifyReport", _report(1, 0, "A", more=True))
        await charger.close()
        with pytest.raises(NotConnectedError):
            await report


async def _set(payload: Payload) -> Payload:
    data: Any = payload["setVariableData"]
    return {
        "setVariableResult": [
            {
                "component": item["component"],
                "variable": item["variable"],
                "attributeStatus": "Rejected"
                if item["variable"]["name"] == "C"
                else "Accepted",
            }
            for item in data
        ]
    }


@pytest.mark.parametrize(
    ("most", "sizes"), [(2, [2, 2, 1]), (5, [5]), (9, [5]), (None, [5])]
)
async def test_a_command_is_split_by_the_most_that_a_charger_takes_at_once(
    stub_bench: Bench, most: int | None, sizes: list[int]
) -> None:
    async with stub_charger(stub_bench.url) as charger:
        await charger.boot()

        charger.answers["SetVariables"] = _set
        values = {VariableId(name, "Stub"): "1" for name in "ABCDE"}
        command = set_variables(values, most)
        statuses = await stub_bench.station.request(lambda _: command)
        assert {name.variable: status for name, status in statuses.items()} == {
            "A": "Accepted",
            "B": "Accepted",
            "C": "Rejected",
            "D": "Accepted",
            "E": "Accepted",
        }
        asked: list[Any] = _asked(charger, "SetVariables")
        assert [len(call["setVariableData"]) for call in asked] == sizes


async def test_an_answer_without_end_is_given_up() -> None:
    exchanges = Exchanges("CP1")

    async def ask(_: Request[bool]) -> bool:
        for number in range(MOST_PARTS + 1):
            exchanges.take_in("NotifyReport", _report(1, number, more=True))
        return True

    with pytest.raises(IncompleteAnswerError, match="no end"):
        await exchanges.carry_out(base_report(1), ask)
