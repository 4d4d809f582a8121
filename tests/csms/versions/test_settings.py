"""Settings of a charger whose version has variables of components, over a socket."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.bench import Bench, until

from .stub import STUB, StubCharger, answering, stub_charger
from .stub_settings import ITEMS, StubSettings, payload_of, variable_of

INTERVAL = "SampledDataCtrlr.TxUpdatedInterval"
MEASURANDS = "SampledDataCtrlr.TxUpdatedMeasurands"
OWN = "Vendor.Own"
READONLY = "OCPPCommCtrlr.HeartbeatInterval"
VALUES = {
    str(ITEMS): "2",
    INTERVAL: "60",
    MEASURANDS: "Energy.Active.Import.Register",
    READONLY: "86400",
    OWN: "1",
}


class Variables:
    """The variables of a charger, which it reports one in a message."""

    def __init__(self, charger: StubCharger) -> None:
        """Have the charger answer with them."""
        self.values = {VariableId.parse(name): value for name, value in VALUES.items()}
        self._charger = charger
        charger.answers |= {
            "GetBaseReport": self._report,
            "GetVariables": self._get,
            "SetVariables": self._set,
        }

    async def _report(self, payload: Payload) -> Payload:
        for number, variable in enumerate(self.values):
            readonly = str(variable) == READONLY
            attribute = {
                "value": self.values[variable],
                "mutability": "ReadOnly" if readonly else "ReadWrite",
            }
            report = {
                "requestId": payload["requestId"],
                "generatedAt": "2026-06-01T12:00:00Z",
                "seqNo": number,
                "tbc": number < len(self.values) - 1,
                "reportData": [
                    {**payload_of(variable), "variableAttribute": [attribute]}
                ],
            }
            await self._charger.send_frame([2, f"r{number}", "NotifyReport", report])
        return {"status": "Accepted"}

    async def _get(self, payload: Payload) -> Payload:
        data: Any = payload["getVariableData"]
        return {"getVariableResult": [self._result(item) for item in data]}

    def _result(self, item: Any) -> Payload:
        value = self.values.get(variable_of(item))
        if value is None:
            return {**item, "attributeStatus": "UnknownVariable"}
        return {**item, "attributeStatus": "Accepted", "attributeValue": value}

    async def _set(self, payload: Payload) -> Payload:
        results: list[Any] = []
        data: Any = payload["setVariableData"]
        for item in data:
            self.values[variable_of(item)] = item.pop("attributeValue")
            results.append({**item, "attributeStatus": "Accepted"})
        return {"setVariableResult": results}


def _asked(charger: StubCharger) -> list[list[str]]:
    """Return the variables that were asked for by name, call by call."""
    calls: list[Any] = [
        payload["getVariableData"]
        for action, payload in charger.calls
        if action == "GetVariables"
    ]
    return [[str(variable_of(item)) for item in data] for data in calls]


async def test_every_version_has_its_own_settings_for_what_is_wanted(
    stub_bench: Bench,
) -> None:
    own, of_another_version = VariableId.parse(OWN), VariableId("Own")
    traits = Traits.of(settings={own: "2", of_another_version: "3"})
    stub_bench.system.adopt("CP1", StationSettings(traits=traits))
    async with stub_charger(stub_bench.url) as charger:
        variables = Variables(charger)
        await charger.boot()
        await until(lambda: variables.values[own] == "2")
        assert variables.values[VariableId.parse(INTERVAL)] == "10"
        measurands = variables.values[VariableId.parse(MEASURANDS)]
        assert measurands.startswith("Energy.Active.Import.Register,Power.Active.")
        # It can be read, but not changed.
        assert variables.values[VariableId.parse(READONLY)] == "86400"
        assert of_another_version not in variables.values
        assert list(stub_bench.station.provisioned.taken) == [
            INTERVAL,
            MEASURANDS,
            OWN,
        ]
        assert stub_bench.station.provisioned.complete
        assert _asked(charger) == []
        # From now on, only those that are needed, and as many at once as it takes.
        await charger.boot()
        names = [*map(str, StubSettings.needed), OWN]
        await until(lambda: sum(map(len, _asked(charger))) == len(names))
        assert [len(asked) for asked in _asked(charger)] == [2, 2, 2, 1]
        assert [name for asked in _asked(charger) for name in asked] == names


@pytest.mark.parametrize(
    "stub_bench", [replace(STUB, settings=StubSettings(silence_s=0.05))], indirect=True
)
async def test_a_report_that_stays_incomplete_does_not_end_the_setup(
    stub_bench: Bench,
) -> None:
    async with stub_charger(stub_bench.url) as charger:
        charger.answers["GetBaseReport"] = answering("Accepted")
        await charger.boot()
        # What it does not report as a whole is asked for by name.
        await until(lambda: _asked(charger))
        assert not stub_bench.station.provisioned.complete
