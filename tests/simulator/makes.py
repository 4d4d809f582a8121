"""One charger for each vendor's file, which behaves as the file says; some have one for each of several models."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from custom_components.ocpp.csms.devices.station_info import StationInfo

from .behaviour import (
    Behaviour,
    Limits,
    Manners,
    Metering,
    Numbering,
    Register,
    Sessions,
)

_ENERGY, _POWER, _CURRENT, _OFFERED, _VOLTAGE = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Current.Offered",
    "Voltage",
)
_PLAIN = frozenset({_ENERGY, _POWER, _CURRENT, _VOLTAGE})

_TX, _DEFAULT = "TxProfile", "TxDefaultProfile"
_NO_MAXIMUM = Limits(purposes=frozenset({_TX, _DEFAULT}))
_NO_LIMITS = Limits(purposes=frozenset(), refusal="NotSupported")
_REFUSED = {"status": "Rejected"}


@dataclass(frozen=True, slots=True)
class Make:
    """A charger of one make: who it says it is when it boots, and how it behaves.

    `limited` tells whether it can be limited at all.
    """

    vendor: str
    model: str
    firmware: str | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)
    limited: bool = True

    @property
    def info(self) -> StationInfo:
        """The information that it reports about itself."""
        return StationInfo(self.vendor, self.model, firmware_version=self.firmware)


MAKES: Mapping[str, Make] = {
    "abb": Make(
        "ABB",
        "CDT_TACW22::NET_WIFI",
        "TAC3Z9119006710273::V1.8.21",
        Behaviour(
            limits=Limits(stack_levels=frozenset({0})),
            metering=Metering(
                register=Register.SESSION,
                measurands=_PLAIN | {_OFFERED},
                most_measurands=5,
            ),
            manners=Manners(restarts_at_reading=True),
            settings={"HeartbeatInterval": "3600", "ChargeProfileMaxStackLevel": "3"},
        ),
    ),
    "abl": Make("ABL", "eMH3", "1.8"),
    "alfen": Make(
        "Alfen BV",
        "NG910-60023",
        "7.1.0-4396",
        Behaviour(
            sessions=Sessions(tag_setting="PlugAndChargeIdentifier"),
            settings={
                "PlugAndChargeIdentifier": "PLUGCHARGE",
                "MeterValuesSampledData": ",".join(
                    [
                        _ENERGY,
                        _POWER,
                        *(f"{_CURRENT}.L{n}" for n in (1, 2, 3)),
                        *(f"{_VOLTAGE}.L{n}-N" for n in (1, 2, 3)),
                    ]
                ),
                "MeterValuesSampledDataMaxLength": "20",
            },
        ),
    ),
    "amperfied": Make(
        "Amperfied",
        "connect.business",
        "1.4.2",
        Behaviour(
            limits=_NO_LIMITS,
            settings={
                "SupportedFeatureProfiles": "Core, FirmwareManagement, LocalAuthListManagement, Reservation, RemoteTrigger"
            },
        ),
        limited=False,
    ),
    "autel": Make(
        "Autel",
        "MaxiChargerAC",
        "PFA0102|V0.00.00|V1.38.00||2.4.3.0",
        Behaviour(
            limits=Limits(kinds=frozenset({"Absolute"})),
            metering=Metering(current_divisor=3.0),
            sessions=Sessions(starts_itself=False, restarts=False),
            phases=1,
        ),
    ),
    "autoaid": Make("Autoaid", "Intelligent Wallbox", "2.0"),
    "charge_amps": Make(
        "Charge Amps AB",
        "Halo",
        "180",
        Behaviour(
            metering=Metering(
                odd=({"measurand": "Frequency", "value": "49.98", "unit": "Hz"},)
            ),
            settings={"ACPhaseSwitchingSupported": "true"},
        ),
    ),
    "ctek": Make("CTEK", "Chargestorm Connected 2", "R4.9.0"),
    "daze": Make(
        "Daze Technology",
        "DazeBox Home T",
        "3.1.0",
        Behaviour(
            settings={
                "SupportedFeatureProfiles": "[Core,SmartCharging,RemoteTrigger,LocalAuthListManagement]"
            }
        ),
    ),
    "easee": Make(
        "Easee AS",
        "Charge",
        "9012",
        Behaviour(
            metering=Metering(
                measurands=frozenset({_ENERGY, _POWER, _CURRENT}), least_interval_s=30
            ),
            sessions=Sessions(starts_itself=False),
        ),
    ),
    "elecq": Make("Elecq", "Home", "1.0.9"),
    "en_plus": Make(
        "EN+",
        "AC7000-AE-45",
        "V43.0.552",
        Behaviour(
            sessions=Sessions(restarts=False), answers={"ChangeAvailability": _REFUSED}
        ),
    ),
    "enercab": Make("enercab", "smart", "1.2"),
    "entratek": Make("EntraTek", "Power Dot Fix", "3.0"),
    "etrel": Make(
        "Etrel",
        "INCH PRO",
        "5.1",
        Behaviour(sessions=Sessions(numbering=Numbering.NEGATIVE)),
    ),
    "evbox": Make(
        "EV-BOX",
        "ELVI",
        "P0424B0424v0.220706_W6.0.0-050",
        Behaviour(
            limits=_NO_MAXIMUM,
            metering=Metering(measurands=_PLAIN),
            settings={
                "MeterValuesSampledData": ",".join(
                    [
                        *(f"{_CURRENT}.L{n}" for n in (1, 2, 3)),
                        _ENERGY,
                        _POWER,
                        *(f"{_VOLTAGE}.L{n}-N" for n in (1, 2, 3)),
                    ]
                ),
                "MeterValuesSampledDataMaxLength": "11",
            },
        ),
    ),
    "evnex": Make("Evnex", "E2", "1.1"),
    "foxess": Make(
        "FOXESS",
        "A011KP1-E-2",
        "1.15",
        Behaviour(sessions=Sessions(starts_itself=False, restarts=False)),
    ),
    "free2move": Make("Free2move eSolutions", "eProWallbox", "1.7"),
    "fronius": Make(
        "fronius",
        "wattpilot_V2",
        "40.7",
        Behaviour(
            limits=Limits(forgets_after_pause=True),
            manners=Manners(frozen=frozenset({"MeterValuesSampledData"})),
            settings={"MeterValuesSampledData": ",".join(sorted(_PLAIN | {_OFFERED}))},
        ),
    ),
    "garo": Make("Garo", "Entity Pro", "2.4"),
    "go_e": Make(
        "go-e",
        "go-eCharger Gemini",
        "56.8",
        Behaviour(
            limits=Limits(units=frozenset({"A"}), forgets_after_pause=True),
            manners=Manners(frozen=frozenset({"MeterValuesSampledData"})),
            settings={"MeterValuesSampledData": ",".join(sorted(_PLAIN | {_OFFERED}))},
        ),
    ),
    "growatt": Make(
        "Growatt",
        "THOR_11AS",
        "THOR_11AS-V5.2.4-20230307-NOVO",
        Behaviour(
            metering=Metering(start_register=True),
            manners=Manners(mute_by_name=True),
            settings={"NumberOfConnectors": "1634030126"},
        ),
    ),
    "hager": Make(
        "Hager",
        "witty one",
        "1.3",
        Behaviour(
            metering=Metering(
                measurands=frozenset(
                    {_ENERGY, _POWER, _CURRENT, _OFFERED, "Power.Offered"}
                )
            )
        ),
    ),
    "homecharge": Make("EFR", "HC22L Energy", "1.5"),
    "huawei": Make(
        "",
        "ACChargePoint",
        None,
        Behaviour(
            limits=Limits(units=frozenset({"W"}), zero_default_blocks=True),
            metering=Metering(measurands=frozenset({_ENERGY})),
            settings={"ChargingScheduleAllowedChargingRateUnit": "power"},
        ),
    ),
    "injet": Make(
        "Injet", "Sonic", "2.1", Behaviour(metering=Metering(current_phase="N"))
    ),
    "keba": Make("KEBA AG", "KC-P30-x-series", "1.13.1", Behaviour(max_current_a=13.0)),
    "legrand": Make(
        "Legrand", "Green'up", "1.0", Behaviour(manners=Manners(error_code="Error"))
    ),
    "maxpeedingrods": Make("MaXpeedingrods", "AC-22", "1.0"),
    "mennekes": Make(
        "MENNEKES",
        "AMTRON ACU",
        "5.22",
        Behaviour(metering=Metering(least_interval_s=60, energy_at_rest=True)),
    ),
    "myenergi": Make(
        "myenergi",
        "zappi",
        "5.540",
        Behaviour(
            limits=_NO_LIMITS,
            settings={"SupportedFeatureProfiles": "Core,RemoteTrigger"},
            lacks=frozenset(
                {"SetChargingProfile", "ClearChargingProfile", "GetCompositeSchedule"}
            ),
        ),
        limited=False,
    ),
    "necharge": Make(
        "NEcharge",
        "Pro",
        "1.0",
        Behaviour(limits=Limits(currents_a=(6, 8, 10, 13, 16))),
    ),
    "ocular": Make(
        "EVSE Australia",
        "BS-EV22",
        "448.3251.0Q03197",
        Behaviour(
            sessions=Sessions(restarts=False, longest_tag=16, closing_values=True),
            manners=Manners(patience_s=110),
            settings={"HeartbeatInterval": "3600", "WebSocketPingInterval": "0"},
        ),
    ),
    "orbis": Make(
        "Orbis",
        "VIARIS COMBIPLUS",
        "7.3.39",
        Behaviour(
            answers={
                "GetCompositeSchedule": {
                    "status": "Accepted",
                    "connectorId": 1,
                    "scheduleStart": "2025-04-26T09:11:25Z",
                    "chargingSchedule": {
                        "duration": 60,
                        "startSchedule": "2025-04-26T11:11:25Z",
                        "chargingRateUnit": "A",
                        "chargingSchedulePeriod": [
                            {"startPeriod": 0, "limit": 0, "numberPhases": 3},
                            {
                                "startPeriod": 1006632455,
                                "limit": 20,
                                "numberPhases": 3,
                            },
                        ],
                    },
                }
            }
        ),
    ),
    "rolec": Make("Rolec", "EVO", "1.2", Behaviour(max_current_a=10.0)),
    "schneider": Make(
        "Schneider Electric",
        "EVlink Wallbox Plus",
        "3.4.0",
        Behaviour(
            limits=Limits(stack_levels=frozenset({0})),
            sessions=Sessions(restarts=False),
            settings={"ChargeProfileMaxStackLevel": "999"},
        ),
    ),
    "siemens": Make(
        "Siemens",
        "SICHARGE D",
        "2.10",
        Behaviour(
            limits=_NO_LIMITS,
            settings={"SupportedFeatureProfiles": "Core,LocalAuthListManagement"},
            lacks=frozenset(
                {
                    "SetChargingProfile",
                    "ClearChargingProfile",
                    "GetCompositeSchedule",
                    "TriggerMessage",
                }
            ),
        ),
        limited=False,
    ),
    "simpson": Make(
        "Simpson-Partners",
        "SP Home7",
        "3.3.4",
        Behaviour(
            sessions=Sessions(numbering=Numbering.OWN),
            answers={
                "ChangeAvailability": _REFUSED,
                "RemoteStopTransaction": _REFUSED,
            },
        ),
    ),
    "smappee": Make("Smappee", "EV Wall", "1.4"),
    "solaredge": Make("SolarEdge", "ONE EV Charger", "1.0"),
    "starcharge": Make(
        "StarCharge",
        "Artemis",
        "3.0",
        Behaviour(manners=Manners(dials_first=True)),
    ),
    "sungrow": Make(
        "SUNGROW",
        "AC011E-01",
        "1.1.5",
        Behaviour(limits=_NO_MAXIMUM, answers={"ChangeAvailability": _REFUSED}),
    ),
    "sync_ev": Make(
        "Sync EV",
        "EVS-Compact",
        "1.9",
        Behaviour(
            metering=Metering(periodic=False),
            manners=Manners(restarts_at_reading=True),
            settings={"SupportedFeatureProfiles": "Core,RemoteTrigger"},
        ),
    ),
    "teison": Make(
        "Teison", "Smart MINI", "2.2", Behaviour(manners=Manners(path="/ocpp1.6"))
    ),
    "timxon": Make(
        "Timxon",
        "EAW-A007T",
        "A0-V2.1.0-beta2",
        Behaviour(
            limits=Limits(
                purposes=frozenset({_DEFAULT}),
                kinds=frozenset({"Relative"}),
                refusal="NotSupported",
                mute_kinds=frozenset({"Absolute"}),
            ),
            manners=Manners(
                restarts_at_writing=frozenset({"ClockAlignedDataInterval"}),
                hangs_up_idle=True,
            ),
        ),
    ),
    "topdon": Make(
        "Topdon",
        "PulseQ AC Home",
        "1.31",
        Behaviour(manners=Manners(restarts_at_reading=True)),
    ),
    "united_chargers": Make(
        "United Chargers Inc.",
        "Grizzl-E Mini Connect",
        "GWM-03.09",
        Behaviour(
            limits=Limits(
                stack_levels=frozenset({0}),
                ignored_purposes=frozenset({"ChargePointMaxProfile"}),
                least_a=7.0,
                forgets_all_at_boot=True,
            ),
            metering=Metering(register=Register.SESSION_VALUES),
            manners=Manners(broken_frame='[2,"17","Heartbeat",{]'),
        ),
    ),
    "v2c": Make("V2C", "Trydan", "2.3.1"),
    "vestel": Make(
        "Vestel",
        "EVC04-AC22SW",
        "3.187.0",
        Behaviour(
            metering=Metering(
                register=Register.SESSION,
                blank=frozenset({_ENERGY, _CURRENT, "Temperature"}),
            ),
            sessions=Sessions(numbering=Numbering.PREVIOUS),
        ),
    ),
    "wallbox": Make(
        "Wall Box Chargers",
        "PLP1-0-2-4",
        "6.7.38",
        Behaviour(
            limits=Limits(
                purposes=frozenset({_TX, _DEFAULT}), kinds=frozenset({"Relative"})
            ),
            metering=Metering(register=Register.ZERO_BETWEEN),
            sessions=Sessions(idle_number=1936029036),
            manners=Manners(mute_before_boot=True),
            answers={
                "ChangeAvailability": {"status": "Scheduled"},
                "UnlockConnector": {"status": "NotSupported"},
            },
        ),
    ),
    "wallbox (firmware 5)": Make(
        "Wall Box Chargers",
        "PLP1-0-2-4",
        "5.17.87",
        Behaviour(
            limits=Limits(
                purposes=frozenset({_TX, _DEFAULT}), stack_levels=frozenset({0})
            ),
            metering=Metering(register=Register.ZERO_BETWEEN, measurands=_PLAIN),
            sessions=Sessions(starts_itself=False),
            manners=Manners(mute_before_boot=True),
            settings={"ChargeProfileMaxStackLevel": "1"},
        ),
    ),
    "zaptec": Make(
        "Zaptec",
        "Go",
        "2.4.1",
        Behaviour(
            limits=Limits(units=frozenset({"A"})),
            settings={"ChargingScheduleAllowedChargingRateUnit": "Current"},
        ),
    ),
    "zj_beny": Make(
        "ZJBENY",
        "BCP-B2N-L",
        "1.0.23",
        Behaviour(
            sessions=Sessions(restarts=False),
            manners=Manners(broken_frame='[2,"9","MeterValues",', delay_s=0.02),
        ),
    ),
}
"""By the name of the vendor's file; what stands in brackets behind it is for people."""
