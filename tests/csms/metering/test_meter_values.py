"""Meter values that chargers report, each in its own way, over a socket."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.metering.meter import Measurand, Meter, Phases
from custom_components.ocpp.csms.model import Evse
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.station import ChargingStation
from tests.simulator.charger import SimulatedCharger, simulated_charger

REGISTER, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
CURRENT, OFFERED, VOLTAGE = "Current.Import", "Current.Offered", "Voltage"
LINES = ("L1", "L2", "L3")
WHEN = {"context": "Sample.Periodic", "format": "Raw"}


@pytest.fixture
async def charger(url: str) -> AsyncIterator[SimulatedCharger]:
    """A charger with a session that began with a register of 1 kWh."""
    async with simulated_charger(url, "CP1") as charger:
        charger.connectors[1].energy_wh = 1000
        await charger.start_session()
        yield charger


class Seen:
    """The charger, as the central system knows it."""

    def __init__(self, system: CentralSystem) -> None:
        """Look at the charger that is connected."""
        self.station: ChargingStation = system.stations["CP1"]

    @property
    def evse(self) -> Evse:
        """Its connector."""
        return self.station.snapshot.evse(1)

    @property
    def meter(self) -> Meter:
        """The meter of the connector."""
        return self.evse.meter

    @property
    def session(self) -> Transaction:
        """The session there, running or ended."""
        assert self.evse.transaction is not None
        return self.evse.transaction


@pytest.fixture
def seen(charger: SimulatedCharger, central_system: CentralSystem) -> Seen:
    """The charger, as the central system knows it."""
    return Seen(central_system)


def _sample(measurand: str, value: str, **more: str) -> dict[str, str]:
    return {"measurand": measurand, "value": value, **more}


def _each(measurand: str, *values: str, **more: str) -> list[dict[str, str]]:
    return [
        _sample(measurand, value, phase=line, **more)
        for line, value in zip(LINES, values, strict=False)
    ]


CHARGERS: dict[str, tuple[list[dict[str, str]], dict[str, Any]]] = {
    "ABB Terra AC, on one phase": (
        [
            _sample(VOLTAGE, "222.30", phase="L1-N", unit="V", **WHEN),
            _sample(CURRENT, "14.30", phase="L1", unit="A", **WHEN),
            _sample(POWER, "3144", phase="L1", unit="W", **WHEN),
            _sample(VOLTAGE, "228.70", phase="L2-N", unit="V", **WHEN),
            _sample(CURRENT, "0.0", phase="L2", unit="A", **WHEN),
            _sample(POWER, "0", phase="L2", unit="W", **WHEN),
            _sample(VOLTAGE, "228.10", phase="L3-N", unit="V", **WHEN),
            _sample(CURRENT, "0.0", phase="L3", unit="A", **WHEN),
            _sample(POWER, "0", phase="L3", unit="W", **WHEN),
            _sample(REGISTER, "1895", unit="Wh", **WHEN),
        ],
        {"power_w": 3144, "current_a": 14.3, "phases_in_use": 1, "energy_wh": 1895},
    ),
    "Alfen Eve, with no measurand at all": (
        [
            {"value": "15.630", "context": "Sample.Periodic", "unit": "A"},
            {"value": "16.000", "context": "CurrentMax", "unit": "A"},
        ],
        {"energy_wh": None, "current_a": None, "dropped": 2},
    ),
    "Alfen Eve, with the phase in the measurand": (
        [
            _sample("Voltage.L1-N", "231.5", unit="V"),
            _sample("Voltage.L2-N", "230.5", unit="V"),
            _sample("Voltage.L3-N", "229.5", unit="V"),
            _sample("Current.Import.L1", "15.6", unit="A"),
            _sample("Current.Import.L2", "15.5", unit="A"),
            _sample("Current.Import.L3", "15.7", unit="A"),
            _sample(REGISTER, "1234.0", unit="Wh", context="Backlog"),
        ],
        {"voltage_v": 230.5, "current_a": 15.7, "energy_wh": 1234, "phases_in_use": 3},
    ),
    "Autel MaxiCharger, with a third of the current of its only phase": (
        [
            *_each(CURRENT, "3.33", "3.33", "3.33", unit="A"),
            *_each(VOLTAGE, "230", "0", "0", unit="V"),
            _sample(POWER, "2300", unit="W"),
        ],
        {"power_w": 2300, "current_a": 10, "phases_in_use": 1},
    ),
    "Charge Amps Halo, with Hz": (
        [
            _sample("Temperature", "14", unit="Celsius"),
            _sample("Frequency", "49.97", unit="Hz"),
            _sample(REGISTER, "1010", unit="Wh"),
            _sample(OFFERED, "16.0", unit="A"),
            _sample(POWER, "262.56", unit="W"),
            *_each(CURRENT, "1.379", "0.000", "0.000", unit="A"),
            *_each(VOLTAGE, "234.09", "234.66", "235.83", unit="V"),
        ],
        {
            Measurand.FREQUENCY: 49.97,
            Measurand.TEMPERATURE: 14,
            "offered_current_a": 16,
            "phases_in_use": 1,
        },
    ),
    "Enercab, with the current of one phase of three": (
        [
            _sample(CURRENT, " 9.6", phase="L1", unit="A"),
            *_each(VOLTAGE, "233.1", "233.1", "230.6", unit="V"),
            _sample(POWER, "6685", unit="W"),
        ],
        {"current_a": 9.6, "phases_in_use": 3},
    ),
    "EVBox Elvi": (
        [
            *_each(CURRENT, "0.0", "0.0", "0.0", unit="A", context="Trigger"),
            _sample(REGISTER, "5014230", unit="Wh", context="Trigger"),
            _sample(POWER, "0", unit="W", context="Trigger"),
            *_each(VOLTAGE, "239", "239", "238", unit="V", context="Trigger"),
        ],
        {"power_w": 0, "current_a": 0, "phases_in_use": 0, "energy_wh": 5_014_230},
    ),
    "Grizzl-E, with one phase's energy and power": (
        [
            _sample(REGISTER, "104", phase="L1-N", unit="Wh"),
            _sample(POWER, "7100", phase="L1-N", unit="W"),
            _sample(CURRENT, "29.6", phase="L1", unit="A"),
            _sample(VOLTAGE, "240", phase="L1-L2", unit="V"),
        ],
        {"power_w": 7100, "current_a": 29.6, "voltage_v": 240, "phases_in_use": 1},
    ),
    "Growatt THOR, with the begin in every message": (
        [
            _sample(REGISTER, "1630", unit="Wh", **WHEN),
            _sample(REGISTER, "1574", unit="Wh", context="Transaction.Begin"),
            *_each(CURRENT, "5.84", "5.90", "6.18", unit="A", **WHEN),
        ],
        {"energy_wh": 1630, "session_wh": 630, "phases_in_use": 3},
    ),
    "Injet Sonic, with its current under N": (
        [
            _sample(REGISTER, "254780", unit="Wh"),
            _sample(POWER, "3.5", unit="kW"),
            _sample("Temperature", "35", unit="Celsius"),
            _sample(VOLTAGE, "231.1", phase="L1-N", unit="V"),
            _sample(CURRENT, "15.6", phase="N", unit="A"),
        ],
        {"power_w": 3500, "current_a": 15.6, "phases_in_use": 1},
    ),
    "libocpp, with sums and phases": (
        [
            _sample(REGISTER, "3000", unit="Wh"),
            *_each(REGISTER, "1000", "1000", "1000", unit="Wh"),
            _sample(POWER, "6900", unit="W"),
            *_each(POWER, "2300", "2300", "2300", unit="W"),
        ],
        {"energy_wh": 3000, "power_w": 6900, Measurand.POWER_ACTIVE_IMPORT: 6900},
    ),
    "Mennekes Amtron 4You, on one phase": (
        [
            _sample(POWER, "1365.39", unit="W"),
            *_each(POWER, "1365.39", "0", "0", unit="W"),
            *_each(CURRENT, "5.93", "0.00", "0.00", unit="A"),
            *_each(VOLTAGE, "230.2", "231.0", "230.9", unit="V"),
        ],
        {"power_w": 1365.39, "current_a": 5.93, "phases_in_use": 1},
    ),
    "MicroOcpp, with 16.00, a small letter and two registers": (
        [
            _sample(REGISTER, "0", unit="Wh", **WHEN),
            _sample("Current.import", "16.00", unit="A", **WHEN),
            _sample(REGISTER, "1244", unit="Wh", **WHEN),
            _sample("Frequency", "50", unit="Hz", **WHEN),
        ],
        {"energy_wh": 1244, "current_a": 16, Measurand.FREQUENCY: 50},
    ),
    "open-ocpp, without units": (
        [
            *_each(POWER, "2300.1", "2299.5", "2301.4"),
            *_each(CURRENT, "10.0", "10.0", "10.1"),
            {"value": "1250"},
        ],
        {"power_w": 6901, "current_a": 10.1, "energy_wh": 1250, "phases_in_use": 3},
    ),
    "SAP, with all currents alike": (
        [
            _sample(CURRENT, "48", unit="A"),
            *_each(CURRENT, "16", "16", "16", unit="A"),
            _sample(POWER, "11040", unit="W"),
            *_each(POWER, "3680", "3680", "3680", unit="W"),
        ],
        {"current_a": 16, "power_w": 11040, "phases_in_use": 3},
    ),
    "StarCharge, in its body and by its phases to neutral": (
        [
            _sample(CURRENT, "15.58", phase="L1-N", location="Body", unit="A"),
            _sample(CURRENT, "0.00", phase="L2-N", location="Body", unit="A"),
            _sample(CURRENT, "0.00", phase="L3-N", location="Body", unit="A"),
            _sample(POWER, "3.45", phase="L1-N", location="Body", unit="kW"),
            _sample(POWER, "0.00", phase="L2-N", location="Body", unit="kW"),
            _sample(POWER, "0.00", phase="L3-N", location="Body", unit="kW"),
            _sample(REGISTER, "2331855", location="Body", unit="Wh"),
        ],
        {"power_w": 3450, "current_a": 15.58, "phases_in_use": 1},
    ),
    "Tinkerforge, with everything by phase": (
        [
            *_each(REGISTER, "1.5", "1.25", "1.0", unit="kWh"),
            *_each(POWER, "2300", "2310", "2290", unit="W"),
            *_each(OFFERED, "16", "16", "16", unit="A"),
        ],
        {"energy_wh": 3750, "power_w": 6900, "offered_current_a": 16},
    ),
    "Vestel EVC04, with nothing": ([], {"power_w": None, "dropped": 0}),
    "Vestel EVC04, with blanks": (
        [
            _sample(REGISTER, "", unit="Wh"),
            _sample(POWER, " ", unit="W"),
            *_each(CURRENT, "", "", "", unit="A"),
        ],
        {"energy_wh": None, "power_w": None, "current_a": None, "dropped": 5},
    ),
    "one that writes in its own language": (
        [
            _sample(POWER, "3,68", unit="kW"),
            _sample(CURRENT, "16,0", unit="A"),
            _sample("SoC", "41,5", unit="%"),
        ],
        {"power_w": 3680, "current_a": 16, Measurand.SOC: 41.5},
    ),
    "one that measures between its phases": (
        [
            _sample(VOLTAGE, "398.4", phase="L1-L2", unit="V"),
            _sample(VOLTAGE, "398.4", phase="L2-L3", unit="V"),
            _sample(VOLTAGE, "398.4", phase="L3-L1", unit="V"),
            _sample(CURRENT, "16", unit="A"),
            _sample(POWER, "11040", unit="W"),
        ],
        {"voltage_v": 398.4 / 3**0.5, "phases_in_use": 3},
    ),
    "one that measures at both its ends": (
        [
            _sample(REGISTER, "1100", unit="Wh", location="Outlet"),
            _sample(REGISTER, "9999999", unit="Wh", location="Inlet"),
            _sample(POWER, "3700", unit="W", location="Inlet"),
            _sample(POWER, "3600", unit="W", location="Outlet"),
        ],
        {"energy_wh": 1100, "power_w": 3600, "session_wh": 100},
    ),
    "one that signs its values": (
        [
            _sample(REGISTER, "MIIBIjANBgkqhkiG9w0", format="SignedData"),
            _sample(REGISTER, "1100", unit="Wh"),
        ],
        {"energy_wh": 1100, "dropped": 0},
    ),
}


@pytest.mark.parametrize(("samples", "expected"), CHARGERS.values(), ids=CHARGERS)
async def test_what_is_made_of_it(
    charger: SimulatedCharger,
    seen: Seen,
    samples: list[dict[str, str]],
    expected: dict[str, Any],
) -> None:
    await charger.meter(samples)
    values: dict[str, Any] = {
        "dropped": seen.station.faults[Fault.UNUSABLE_VALUE],
        "session_wh": seen.session.energy_wh,
        "phases_in_use": seen.meter.phases_in_use,
        "energy_wh": seen.meter.energy_wh,
        "power_w": seen.meter.power_w,
        "current_a": seen.meter.current_a,
        "voltage_v": seen.meter.voltage_v,
        "offered_current_a": seen.meter.offered_current_a,
        **{measurand: seen.meter.value(measurand) for measurand in Measurand},
    }
    assert {key: values[key] for key in expected} == pytest.approx(expected)


async def test_huawei_sends_an_object_where_a_list_belongs(
    charger: SimulatedCharger, seen: Seen
) -> None:
    begin = _sample(REGISTER, "1.00", unit="kWh", context="Transaction.Begin")
    value: Any = charger.metered([begin])
    value["sampled_value"] = begin
    await charger.report([value])
    assert seen.meter.energy_wh == 1000


async def test_a_car_that_gives_up_two_phases(
    charger: SimulatedCharger, seen: Seen
) -> None:
    await charger.meter(
        [*_each(CURRENT, "10", "10", "10"), *_each(VOLTAGE, "230", "230", "230")]
    )
    assert seen.meter.phases_in_use == 3
    await charger.meter([*_each(CURRENT, "16"), _sample(REGISTER, "1100")])
    assert seen.meter.phases_in_use == 1
    assert seen.meter.phases(Measurand.CURRENT_IMPORT) == Phases(16)
    assert seen.meter.phases(Measurand.VOLTAGE) == Phases(230, 230, 230)


async def test_a_backlog_is_taken_in_the_order_in_which_it_was_measured(
    charger: SimulatedCharger, seen: Seen
) -> None:
    values = [
        charger.metered([_sample(REGISTER, str(1000 + n))], ago_s=600 - n)
        for n in (300, 100, 500, 200, 400)
    ]
    await charger.report(values)
    assert seen.meter.energy_wh == 1500
    assert seen.session.energy_wh == 500


async def test_values_of_connector_0_are_the_session_s_that_they_name(
    charger: SimulatedCharger, seen: Seen
) -> None:
    await charger.report([charger.metered([_sample(REGISTER, "1100")])], 0)
    assert seen.session.energy_wh == 100
    charger.connectors[1].transaction_id = None
    await charger.report([charger.metered([_sample(REGISTER, "1200")])], 0)
    assert seen.session.energy_wh == 100


# Registers of every kind, and what becomes of them.


async def _meter(charger: SimulatedCharger, value: str, **more: str) -> None:
    await charger.meter([_sample(REGISTER, value, **more)])


async def test_abb_counts_the_session_in_it_and_its_life_outside(
    url: str, central_system: CentralSystem
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        await _meter(charger, "5000000", unit="Wh")
        seen = Seen(central_system)
        for life_wh in (5_000_000, 5_003_000, 5_006_000):
            charger.connectors[1].energy_wh = 0
            transaction_id = await charger.start_session(f"TAG{life_wh}")
            for charged_wh in (500, 1000, 2000):
                await _meter(charger, str(charged_wh), unit="Wh")
                charger.connectors[1].transaction_id = None
                await _meter(charger, str(life_wh + charged_wh), unit="Wh")
                charger.connectors[1].transaction_id = transaction_id
                assert seen.session.energy_wh == charged_wh
            charger.connectors[1].energy_wh = 3000
            await charger.stop_session()
            assert seen.session.energy_wh == 3000
            assert seen.evse.ledger.total_wh == life_wh + 3000


async def test_grizzl_e_counts_its_life_at_both_ends_and_the_session_between(
    url: str, central_system: CentralSystem
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        charger.connectors[1].energy_wh = 4_076_000
        for session in range(2):
            await charger.start_session()
            seen = Seen(central_system)
            for charged_wh in (104, 228, 353):
                await _meter(charger, str(charged_wh), unit="Wh", phase="L1-N")
                assert seen.session.energy_wh == charged_wh
            charger.connectors[1].energy_wh += 400
            await charger.stop_session()
            assert seen.session.energy_wh == 400
            assert seen.evse.ledger.total_wh == 4_076_400 + 400 * session


async def test_wallbox_falls_to_zero_between_sessions(
    url: str, central_system: CentralSystem
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        charger.connectors[1].energy_wh = 16_000_000
        for session in range(1, 4):
            await charger.start_session()
            seen = Seen(central_system)
            charger.connectors[1].energy_wh += 700
            await _meter(charger, str(charger.connectors[1].energy_wh))
            await charger.stop_session()
            assert seen.session.energy_wh == 700
            await _meter(charger, "0", unit="kWh")
            assert seen.evse.ledger.total_wh == 16_000_000 + 700 * session


async def test_evbox_is_not_ready_when_its_session_starts(
    url: str, central_system: CentralSystem
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        await _meter(charger, "5014230", unit="Wh")
        charger.connectors[1].energy_wh = 0
        await charger.start_session()
        await _meter(charger, "5014330", unit="Wh")
        seen = Seen(central_system)
        assert seen.session.energy_wh == 100
        assert seen.evse.ledger.total_wh == 5_014_330


async def test_watts_that_are_called_kilowatt_hours_are_not_guessed_at(
    charger: SimulatedCharger, seen: Seen
) -> None:
    """A charger that says Wh is taken at its word, even if it can only be kWh."""
    await _meter(charger, "1001", unit="Wh")
    await _meter(charger, "1002", unit="Wh")
    assert seen.session.energy_wh == 2


async def test_without_any_register_the_power_counts(
    charger: SimulatedCharger, seen: Seen
) -> None:
    power = [_sample(POWER, "6000", unit="W")]
    await charger.report([charger.metered(power, ago_s=60 * n) for n in (4, 3, 2, 1)])
    assert seen.session.energy_wh == pytest.approx(300)
    charger.connectors[1].energy_wh = 1310
    await charger.stop_session()
    assert seen.session.energy_wh == pytest.approx(310)


async def test_a_session_that_nobody_saw_begin_is_told_where_it_began(
    url: str, central_system: CentralSystem
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        charger.connectors[1].transaction_id = 4711
        await charger.change_status(charger.connectors[1].status.charging)
        await charger.report(
            [
                charger.metered(
                    [_sample(REGISTER, "1000", context="Transaction.Begin")], 3600
                ),
                charger.metered([_sample(REGISTER, "1800")]),
            ]
        )
        seen = Seen(central_system)
        assert seen.session.id == "4711"
        assert seen.session.energy_wh == 800
        assert seen.session.meter_start_wh == 1000


async def test_what_was_metered_is_told_once_more_at_the_end(
    charger: SimulatedCharger, seen: Seen
) -> None:
    values = [
        charger.metered([_sample(REGISTER, str(1000 + n))], ago_s=600 - n)
        for n in (100, 200, 300)
    ]
    await charger.report(values)
    soc = _sample("SoC", "80", location="EV", unit="Percent", context="Transaction.End")
    end = charger.metered(
        [_sample(REGISTER, "1400", context="Transaction.End"), soc], 5
    )
    charger.connectors[1].energy_wh = 1400
    await charger.stop_session(data=[*values, end])
    assert seen.session.energy_wh == 400
    assert seen.evse.ledger.total_wh == 1400
    assert seen.meter.value(Measurand.SOC) == 80
    assert seen.meter.power_w in (None, 0)


async def test_the_end_tells_where_the_session_began(
    url: str, central_system: CentralSystem
) -> None:
    async with simulated_charger(url, "CP1") as charger:
        charger.connectors[1].transaction_id = 4711
        await charger.change_status(charger.connectors[1].status.charging)
        await _meter(charger, "1500")
        begin = _sample(REGISTER, "1000", context="Transaction.Begin")
        charger.connectors[1].energy_wh = 1900
        await charger.stop_session(data=[charger.metered([begin], ago_s=3600)])
        assert Seen(central_system).session.energy_wh == 900


async def test_a_message_that_was_held_up_is_no_new_session(
    charger: SimulatedCharger, seen: Seen
) -> None:
    await _meter(charger, "6000")
    await charger.report([charger.metered([_sample(REGISTER, "1200")], ago_s=300)])
    await _meter(charger, "6100")
    assert seen.session.energy_wh == 5100
