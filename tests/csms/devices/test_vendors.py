"""Contents of the vendors' files, and recognition of chargers by them."""

from pathlib import Path

import pytest

from custom_components.ocpp.csms.devices.capabilities import Kind, Traits, Unit, combine
from custom_components.ocpp.csms.devices.station_info import StationInfo
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.devices.vendor_files import VendorFileError, load
from custom_components.ocpp.csms.devices.vendors import Fact, Pattern

FILE = """
name: Sunny
models:
  - name: Wallbox 11
    recognised_by:
      - {vendor: Sun*}
    works: All of it.
    set_url: On its web page.
    facts:
      - fact: It takes absolute profiles in watts alone.
        source: https://example.org/1
        traits:
          kinds: [Absolute]
          units: [W]
          settings: {Answer: "42"}
      - fact: It is slow to begin with.
        source: [https://example.org/2, https://example.org/3]
        firmware: ">=2 <2.4"
        traits:
          call_timeout_s: 90
  - name: Wallbox 22
    recognised_by:
      - {vendor: Sun*, model: "*22*"}
      - {vendor: "", model: S22}
    works: Nearly all.
    set_url: In its app.
    facts:
      - fact: It is larger.
        source: https://example.org/4
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sunny.yaml").write_text(FILE)
    return tmp_path


@pytest.mark.parametrize(
    ("vendor", "model", "name"),
    [
        ("SUNNY", "Wallbox 11", "Sunny Wallbox 11"),
        ("  sun-ny ltd. ", "", "Sunny Wallbox 11"),
        ("Sunny", "WB-22 v3", "Sunny Wallbox 22"),
        ("", "s22", "Sunny Wallbox 22"),
        ("", "s11", None),
        ("Gloomy", "Wallbox 22", None),
    ],
)
def test_a_charger_is_recognised_by_what_it_says_of_itself(
    folder: Path, vendor: str, model: str, name: str | None
) -> None:
    known = load(folder).recognise(StationInfo(vendor, model))
    assert (known and known.name) == name


@pytest.mark.parametrize(
    ("firmware", "timeout_s"),
    [
        ("2.0", 90),
        ("APP9::V2.3.99-rc1", 90),
        ("2.4", None),
        ("2.4.0", None),
        ("1.9.9", None),
        ("unreadable", None),
        (None, None),
    ],
)
def test_what_is_true_of_some_firmwares_is_not_said_of_others(
    folder: Path, firmware: str | None, timeout_s: float | None
) -> None:
    info = StationInfo("Sunny", "Wallbox 11", firmware_version=firmware)
    known = load(folder).recognise(info)
    assert known is not None
    always = Traits.of(
        kinds=(Kind.ABSOLUTE,),
        units=(Unit.WATT,),
        settings={VariableId("Answer"): "42"},
    )
    patient = Traits() if timeout_s is None else Traits.of(call_timeout_s=timeout_s)
    assert known.traits == combine([always, patient])
    assert len(known.facts) == (1 if timeout_s is None else 2)


@pytest.mark.parametrize(
    ("condition", "firmware", "holds"),
    [
        ("<=1.8.21", "TAC3Z9119006710273::V1.8.21", True),
        ("<=1.8.21", "1.8.22", False),
        ("<V100R024", "V100R023C10SPC220", True),
        ("<V100R024", "V100R024C10", False),
        (">5", "5.0.1", True),
        (">5", "5.0.0", False),
    ],
)
def test_firmwares_are_compared_number_by_number(
    condition: str, firmware: str, holds: bool
) -> None:
    assert Fact("…", ("…",), condition).holds_for(firmware) is holds


def test_a_pattern_that_spells_out_more_is_more_precise() -> None:
    any_model, one_model = Pattern("Sun*"), Pattern("Sun*", "*22")
    assert Pattern("*", "Wallbox 22").precision < any_model.precision
    assert any_model.precision < one_model.precision < Pattern("Sunny").precision


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("name: Sunny", "nam: Sunny", 'the file: "name" is a required property'),
        ("[Absolute]", "[Sideways]", 'facts[0].traits.kinds[0]: "Sideways" is not'),
        ("units: [W]", "unit: W", "facts[0].traits: Additional properties"),
        ("timeout_s: 90", "timeout_s: soon", "facts[1].traits.call_timeout_s"),
        ("timeout_s: 90", "timeout_s: 9000", "9000 is greater than the maximum"),
        ("https://example.org/1", "hearsay", "models[0].facts[0].source"),
        (">=2 <2.4", "2.3", "models[0].facts[1].firmware"),
        ("name: Wallbox 11", 'name: ""', "models[0].name"),
        ("models:", "models: [", "no YAML"),
        (FILE, "", "the file: null is not of type"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_the_place(
    folder: Path, good: str, bad: str, complaint: str
) -> None:
    assert good in FILE
    (folder / "sunny.yaml").write_text(FILE.replace(good, bad, 1))
    with pytest.raises(VendorFileError, match=r"sunny\.yaml: ") as raised:
        load(folder)
    assert complaint in str(raised.value)
