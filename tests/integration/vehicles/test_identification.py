"""The vehicle at a connector, concluded from clues that may be late, missing or wrong."""

from collections.abc import Mapping
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.config.vehicle import Vehicle
from custom_components.ocpp.config.vehicle_mark import vehicle_mark
from custom_components.ocpp.vehicles.clues import Candidate, Clue, Means, Place, clues
from custom_components.ocpp.vehicles.draw import Draw, DrawSample
from custom_components.ocpp.vehicles.identification import (
    GUEST,
    Identification,
    identified,
    probabilities,
)
from custom_components.ocpp.vehicles.signals import (
    Signal,
    VehicleSignals,
    is_at_home,
    is_charging,
    is_plugged_in,
)
from custom_components.ocpp.vehicles.visit import Visit

NOON_S = 1_800_000_000.0
MINUTE_S = 60.0


def told(*changes: tuple[float, bool]) -> Signal:
    """Return a signal that was no at first, with changes so many minutes after noon."""
    signal = Signal().noted(value=False, at_s=NOON_S - 3600)
    for minutes, value in changes:
        signal = signal.noted(value, NOON_S + minutes * MINUTE_S)
    return signal


def found(
    visit: Visit,
    candidates: Mapping[str, Candidate],
    after_minutes: float = 1,
    choice: str | None = None,
    before: str | None = None,
) -> Identification | None:
    """Return what is identified at the only connector some time after noon."""
    now_s = NOON_S + after_minutes * MINUTE_S
    place = Place("CP1", visit)
    about = {name: clues(place, each, now_s) for name, each in candidates.items()}
    return identified(
        {"CP1/1": about},
        {} if choice is None else {"CP1/1": choice},
        {} if before is None else {"CP1/1": before},
    ).get("CP1/1")


def outcome(identification: Identification | None) -> tuple[str, Means] | None:
    """Return the vehicle and the means."""
    if identification is None:
        return None
    return identification.vehicle, identification.means


AT_NOON = Visit(NOON_S)
ZOE = Candidate(Vehicle(name="Zoe", id_tags=frozenset({"04A1"})))
VAN = Candidate(Vehicle(name="Van"))


def test_of_two_alike_none_is_taken() -> None:
    assert found(AT_NOON, {"a": VAN, "b": VAN}) is None


def test_the_only_vehicle_is_taken() -> None:
    assert outcome(found(AT_NOON, {"van": VAN})) == ("van", Means.ONLY)


def test_a_tag() -> None:
    visit = Visit(NOON_S, frozenset({"04a1 "}))
    assert outcome(found(visit, {"zoe": ZOE, "van": VAN})) == ("zoe", Means.TAG)


@pytest.mark.parametrize("token", ["VID:007dfa010203", "00:7D:FA:01:02:03"])
def test_a_hardware_address(token: str) -> None:
    ev = Candidate(Vehicle(evccid="007DFA010203"))
    visit = Visit(NOON_S, frozenset({token}))
    assert outcome(found(visit, {"ev": ev, "van": VAN})) == ("ev", Means.EVCCID)


def test_the_hardware_address_of_another_car() -> None:
    ev = Candidate(Vehicle(evccid="007DFA010203"))
    visit = Visit(NOON_S, frozenset({"VID:00FFFF010203"}))
    assert outcome(found(visit, {"ev": ev})) == (GUEST, Means.ONLY)


@pytest.mark.parametrize(
    "token", ["VID:FFFFFF010203", "VIN:VF1AG000123456789", "VID:04A1"]
)
def test_another_mark_that_says_little(token: str) -> None:
    """An address may be made up, and a number is no address."""
    ev = Candidate(Vehicle(evccid="007DFA010203", id_tags=frozenset({"04A1"})))
    visit = Visit(NOON_S, frozenset({token, "04A1"}))
    assert outcome(found(visit, {"ev": ev, "van": VAN})) == ("ev", Means.TAG)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("VID:AABBCCDDEEFF", "AABBCCDDEEFF"),
        ("aa-bb-cc-dd-ee-ff", "AABBCCDDEEFF"),
        ("10007DFA01020304", "10007DFA01020304"),
        ("0000AABBCCDDEEFF", "AABBCCDDEEFF"),
        ("00:AA:BB:CC:DD:EE:FF", "AABBCCDDEEFF"),
        ("AABBCCFFFEDDEEFF", "AABBCCDDEEFF"),
        ("vin: vf1ag000123456789", "VF1AG000123456789"),
        ("WMIV1234567890ABCDEX", "WMIV1234567890ABCDEX"),
        ("12345678901234567", None),
        ("TAG", None),
        ("04A1B2", None),
        ("", None),
    ],
)
def test_what_a_mark_is(text: str, mark: str | None) -> None:
    assert vehicle_mark(text) == mark


@pytest.mark.parametrize("late_minutes", [-1.5, 0, 2, 15, 60])
def test_its_own_plug_however_late_the_cloud_is(late_minutes: float) -> None:
    plug = told((late_minutes, True))
    zoe = Candidate(Vehicle(), VehicleSignals(plugged_in=plug))
    van = Candidate(Vehicle(), VehicleSignals(plugged_in=told()))
    identification = found(AT_NOON, {"zoe": zoe, "van": van}, late_minutes + 1)
    assert outcome(identification) == ("zoe", Means.PLUGGED_IN)


def test_a_vehicle_that_was_plugged_in_before_is_elsewhere() -> None:
    zoe = Candidate(Vehicle(), VehicleSignals(plugged_in=told((-30, True))))
    assert outcome(found(AT_NOON, {"zoe": zoe, "van": VAN})) == ("van", Means.ONLY)


def test_a_vehicle_that_has_left_is_not_here() -> None:
    zoe = Candidate(Vehicle(), VehicleSignals(plugged_in=told((0, True), (60, False))))
    # The charger may be about to tell the same.
    kept = found(AT_NOON, {"zoe": zoe, "van": VAN}, 61, before="zoe")
    assert kept is not None
    assert kept.vehicle == "zoe"
    assert outcome(found(AT_NOON, {"zoe": zoe, "van": VAN}, 70, before="zoe")) == (
        "van",
        Means.ONLY,
    )


def test_an_entity_that_is_away_for_a_while_says_nothing_new() -> None:
    plug = told((0, True)).noted(None, NOON_S + 600).noted(True, NOON_S + 900)
    assert plug.changed_s == NOON_S
    assert plug.value is True


def test_an_entity_that_was_plugged_in_when_it_was_first_seen() -> None:
    zoe = Candidate(
        Vehicle(), VehicleSignals(plugged_in=Signal().noted(True, NOON_S - 60))
    )
    assert found(AT_NOON, {"zoe": zoe, "van": VAN}) is None
    # A car that was there at the start, too.
    assert outcome(found(Visit(None), {"zoe": zoe, "van": VAN})) == (
        "zoe",
        Means.PLUGGED_IN,
    )


@pytest.mark.parametrize("late_minutes", [-1, 0, 10])
def test_it_charges_when_the_charger_does(late_minutes: float) -> None:
    visit = Visit(NOON_S, charging=told((30, True), (50, False)))
    echoes = told((30 + late_minutes, True), (50 + late_minutes, False))
    zoe = Candidate(Vehicle(), VehicleSignals(charging=echoes))
    identification = found(visit, {"zoe": zoe, "van": VAN}, 51 + late_minutes)
    assert outcome(identification) == ("zoe", Means.CHARGING)


def test_it_charges_while_the_charger_does_not() -> None:
    visit = Visit(NOON_S, charging=told((1, True), (20, False)))
    zoe = Candidate(Vehicle(), VehicleSignals(charging=told((30, True))))
    assert outcome(found(visit, {"zoe": zoe, "van": VAN}, 40)) == ("van", Means.ONLY)


def drawn(current_a: float, offered_a: float, phases: int, seconds: int = 200) -> Visit:
    """Return a visit of a car that has drawn for a while."""
    draw = Draw()
    for second in range(0, seconds, 10):
        draw = draw.after(DrawSample(NOON_S + second, current_a, offered_a, phases, 3))
    return Visit(NOON_S, draw=draw)


THREE_PHASES = Candidate(Vehicle(phases=3, max_current_a=16))
ONE_PHASE = Candidate(Vehicle(phases=1, max_current_a=16))


def test_the_phases_that_it_draws_on() -> None:
    vehicles = {"three": THREE_PHASES, "one": ONE_PHASE}
    assert outcome(found(drawn(16, 16, 3), vehicles)) == ("three", Means.DRAW)
    assert outcome(found(drawn(16, 16, 1), vehicles)) == ("one", Means.DRAW)
    # It may only be beginning on one phase.
    assert found(drawn(16, 16, 1, seconds=20), vehicles) is None


@pytest.mark.parametrize("current_a", [16, 20, 32])
def test_the_current_that_it_takes(current_a: float) -> None:
    vehicles = {
        str(most_a): Candidate(Vehicle(max_current_a=most_a)) for most_a in (16, 20, 32)
    }
    visit = drawn(current_a - 0.3, 32, 1)
    if current_a < 32:
        assert outcome(found(visit, vehicles)) == (str(current_a), Means.DRAW)
    else:
        assert outcome(found(visit, vehicles)) == ("32", Means.ONLY)
    # With no more than 10 A, all are alike.
    assert found(drawn(9.7, 10, 1), vehicles) is None


def test_none_of_the_household_can_draw_that() -> None:
    identification = found(drawn(31, 32, 1), {"three": THREE_PHASES, "one": ONE_PHASE})
    assert outcome(identification) == (GUEST, Means.ONLY)


def test_a_vehicle_that_is_away() -> None:
    away = Candidate(Vehicle(), VehicleSignals(at_home=told()))
    assert outcome(found(AT_NOON, {"away": away, "van": VAN}, 1)) == ("van", Means.ONLY)
    # With all of them away it is a guest, unless trackers are late.
    assert found(AT_NOON, {"away": away, "other": away}, 1) is None
    assert outcome(found(AT_NOON, {"away": away, "other": away}, 30)) == (
        GUEST,
        Means.ONLY,
    )


def test_a_vehicle_that_has_just_come_home() -> None:
    came = Candidate(Vehicle(), VehicleSignals(at_home=told((-3, True))))
    home = Candidate(
        Vehicle(), VehicleSignals(at_home=Signal().noted(True, NOON_S - 7200))
    )
    identification = found(AT_NOON, {"came": came, "home": home})
    assert outcome(identification) == ("came", Means.LOCATION)


def test_its_usual_charger() -> None:
    here = Candidate(Vehicle(usual_chargers=frozenset({"CP1"})))
    there = Candidate(Vehicle(usual_chargers=frozenset({"CP2"})))
    assert outcome(found(AT_NOON, {"here": here, "there": there})) == (
        "here",
        Means.USUAL,
    )


@pytest.mark.parametrize("choice", ["van", GUEST])
def test_a_choice_overrules_all_clues(choice: str) -> None:
    visit = Visit(NOON_S, frozenset({"04A1"}))
    identification = found(visit, {"zoe": ZOE, "van": VAN}, choice=choice)
    assert outcome(identification) == (choice, Means.CHOICE)


def test_clues_that_contradict_each_other_are_weighed() -> None:
    # Its tag was lent: it is away itself, and the other one tells that it is plugged in.
    visit = Visit(NOON_S, frozenset({"04A1"}))
    zoe = Candidate(ZOE.vehicle, VehicleSignals(at_home=told()))
    van = Candidate(
        Vehicle(),
        VehicleSignals(
            plugged_in=told((1, True)), at_home=Signal().noted(True, NOON_S - 7200)
        ),
    )
    assert outcome(found(visit, {"zoe": zoe, "van": van}, 30)) == (
        "van",
        Means.PLUGGED_IN,
    )


def test_a_vehicle_is_at_one_connector() -> None:
    certain, likely = [Clue(Means.TAG, 6)], [Clue(Means.USUAL, 1.5)]
    about = {
        "A": {"zoe": certain, "van": []},
        "B": {"zoe": likely, "van": []},
    }
    found_at = identified(about, {}, {})
    assert outcome(found_at["A"]) == ("zoe", Means.TAG)
    assert outcome(found_at["B"]) == ("van", Means.ONLY)


def test_one_vehicle_and_two_cars_without_a_clue() -> None:
    assert identified({"A": {"zoe": []}, "B": {"zoe": []}}, {}, {}) == {}


def test_what_was_identified_stays_while_nothing_else_is() -> None:
    about = {"A": {"zoe": [Clue(Means.PLUGGED_IN, -0.5)], "van": []}}
    assert identified(about, {}, {}) == {}
    assert identified(about, {}, {"A": "zoe"})["A"].vehicle == "zoe"


names = st.sampled_from(["zoe", "van", "bus"])
connectors = st.dictionaries(
    st.sampled_from(["A", "B", "C"]),
    st.fixed_dictionaries(
        {name: st.floats(-9, 9) for name in ("zoe", "van", "bus", GUEST)}
    ),
    min_size=1,
)


def exact(weights: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return the probabilities by going through all assignments."""
    keys = list(weights)
    totals = {key: dict.fromkeys(weights[key], 0.0) for key in keys}

    def go(left: list[str], taken: dict[str, str], weight: float) -> None:
        if not left:
            for key, name in taken.items():
                totals[key][name] += math.exp(weight)
            return
        key = left[0]
        for name, own in weights[key].items():
            if name == GUEST or name not in taken.values():
                go(left[1:], {**taken, key: name}, weight + own)

    go(keys, {}, 0.0)
    return {
        key: {name: part / sum(each.values()) for name, part in each.items()}
        for key, each in totals.items()
    }


@given(connectors)
def test_probabilities(weights: dict[str, dict[str, float]]) -> None:
    """They add up, and what is certain in truth is certain here, too."""
    truth = exact(weights)
    for key, chances in probabilities(weights).items():
        assert sum(chances.values()) == pytest.approx(1)
        for name, chance in chances.items():
            assert abs(chance - truth[key][name]) < 0.15


@given(connectors, st.dictionaries(st.sampled_from(["A", "B", "C"]), names))
def test_no_vehicle_is_at_two_connectors(
    weights: dict[str, dict[str, float]], before: dict[str, str]
) -> None:
    about = {
        key: {
            name: [Clue(Means.TAG, weight)]
            for name, weight in each.items()
            if name != GUEST
        }
        for key, each in weights.items()
    }
    taken = [each.vehicle for each in identified(about, {}, before).values()]
    own = [vehicle for vehicle in taken if vehicle != GUEST]
    assert len(own) == len(set(own))


@pytest.mark.parametrize(
    ("state", "plugged", "charging"),
    [
        ("on", True, True),
        ("off", False, False),
        ("Charging", True, True),
        ("charge_in_progress", None, True),
        ("Complete", True, False),
        ("NoPower", True, False),
        ("Disconnected", False, False),
        ("not_plugged_in", False, None),
        ("plugged_in", True, None),
        ("7.4", None, True),
        ("0.0", None, False),
        ("unavailable", None, None),
        ("unknown", None, None),
        ("nan", None, None),
    ],
)
def test_words(state: str, plugged: bool | None, charging: bool | None) -> None:
    assert is_plugged_in(state) is plugged
    assert is_charging(state) is charging


@pytest.mark.parametrize(
    ("state", "at_home"),
    [("home", True), ("not_home", False), ("Work", False), ("unknown", None)],
)
def test_places(state: str, at_home: bool | None) -> None:
    assert is_at_home(state) is at_home
