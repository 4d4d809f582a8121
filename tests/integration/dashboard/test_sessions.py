"""Sessions as their card shows them."""

from datetime import datetime

import pytest

from custom_components.ocpp.dashboard.sessions_view import sessions_view
from custom_components.ocpp.sessions.records import SessionRecord
from custom_components.ocpp.surplus.accounts.accounts import Account
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.util import dt as dt_util
from tests.integration.conftest import charger_subentry, tag_subentry
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger

from .conftest import Log, Viewer


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and a tag with a name."""
    return [
        charger_subentry("CP1", "Charger"),
        tag_subentry("Anna", "04A1B2", vehicle_name="Van"),
    ]


@pytest.fixture
async def charged(charger: SimulatedCharger) -> SimulatedCharger:
    """A charger at which one session has ended, and another one runs."""
    await charger.plug_in(Car(wake_up_s=0.0))
    await charger.start_session("04A1B2")
    charger.advance(600)
    await charger.meter()
    await charger.stop_session()
    await charger.start_session("04A1B2")
    return charger


async def test_the_latest_come_first(charged: SimulatedCharger, viewer: Viewer) -> None:
    view = await viewer.ask("ocpp/sessions")
    assert view["count"] == 2
    running, ended = view["sessions"]
    assert running["ended_at"] is None
    assert ended["ended_at"] is not None
    assert ended["tag"] == "Anna"
    (month,) = view["months"]
    assert month["totals"]["all"]["sessions"] == 2
    assert month["totals"]["vehicles"][0]["vehicle"] == "Van"


async def test_one_is_asked_for(charged: SimulatedCharger, viewer: Viewer) -> None:
    view = await viewer.ask("ocpp/sessions", limit=1)
    assert (len(view["sessions"]), view["count"]) == (1, 2)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"tag": "anna"}, 2),
        ({"tag": "Bert"}, 0),
        ({"vehicle": "van"}, 2),
        ({"entity_id": "sensor.charger_power"}, 2),
        ({"start": "2020-01-01", "end": "2020-02-01"}, 0),
    ],
)
async def test_filters(
    charged: SimulatedCharger, viewer: Viewer, wanted: dict[str, str], count: int
) -> None:
    assert (await viewer.ask("ocpp/sessions", **wanted))["count"] == count


async def test_a_table(charged: SimulatedCharger, viewer: Viewer) -> None:
    table = await viewer.ask("ocpp/sessions", format="csv")
    header, *rows = table.strip().splitlines()
    assert header.startswith("charger,charger_id,connector")
    assert len(rows) == 2


async def test_a_charger_that_is_not_there(
    charged: SimulatedCharger, viewer: Viewer
) -> None:
    answer = await viewer.ask("ocpp/sessions", entity_id="light.kitchen")
    assert answer["code"] == "not_found"


@pytest.mark.parametrize("limit", [0, 501])
async def test_no_more_than_can_be_shown(
    charged: SimulatedCharger, viewer: Viewer, limit: int
) -> None:
    answer = await viewer.ask("ocpp/sessions", limit=limit)
    assert answer["code"] == "invalid_format"


async def test_those_who_may_only_read_see_none(
    charged: SimulatedCharger, log_in: Log, hass_read_only_access_token: str
) -> None:
    viewer = await log_in(hass_read_only_access_token)
    for wanted in ({}, {"entity_id": "sensor.charger_power"}):
        answer = await viewer.ask("ocpp/sessions", **wanted)
        assert answer["code"] == "unauthorized"


async def test_nothing_is_listed_before_the_set_up(viewer: Viewer) -> None:
    assert (await viewer.ask("ocpp/sessions"))["code"] in {
        "not_found",
        "unknown_command",
    }


def test_months_are_those_of_the_clock_on_the_wall() -> None:
    zone = dt_util.get_default_time_zone()
    records = [
        SessionRecord(
            "CP1",
            "Charger",
            1,
            str(number),
            datetime(2026, month, day, 1, tzinfo=zone),
            account=Account(1000.0),
        )
        for number, (month, day) in enumerate([(1, 1), (1, 31), (2, 1)])
    ]
    view = sessions_view(records, limit=10)
    assert [each.month for each in view.months] == ["2026-02", "2026-01"]
    assert [row["transaction_id"] for row in view.sessions] == ["2", "1", "0"]
