"""Encryption in a real Home Assistant, which complains of whoever holds up its event loop."""

import ssl

import pytest

from tests.simulator.charger import simulated_charger
from tests.simulator.demo import CHARGER_IDENTITY, Demo


@pytest.mark.timeout(300)
async def test_a_charger_with_encryption(demo: Demo, unused_tcp_port: int) -> None:
    await demo.start_home_assistant()
    await demo.set_up_integration()
    (entry,) = [
        entry
        for entry in await demo.api.get("/api/config/config_entries/entry")
        if entry["domain"] == "ocpp"
    ]
    flow = await demo.api.post(
        "/api/config/config_entries/flow",
        {"handler": "ocpp", "entry_id": entry["entry_id"]},
    )
    tls = {"tls_port": unused_tcp_port, "key_kind": "rsa"}
    ports = {"host": "127.0.0.1", "port": demo.options.ocpp_port, "tls": tls}
    result = await demo.continue_flow(flow["flow_id"], ports)
    assert result["reason"] == "reconfigure_successful"
    await demo.api.wait_for_state("sensor.ocpp_solar_surplus", ["unknown"])

    answer = await demo.api.post(
        "/api/services/ocpp/get_ca_certificate?return_response", {}
    )
    root = answer["service_response"]["certificate"]
    trusting = ssl.create_default_context(cadata=root)
    url = f"wss://localhost:{unused_tcp_port}"
    async with simulated_charger(url, CHARGER_IDENTITY, tls=trusting) as charger:
        assert await charger.boot() == "Pending"
        demo.charger = charger
        await demo.adopt()
        assert charger.registration == "Accepted"

    (keys,) = (demo.options.config / ".storage").glob("ocpp.*.certificate_authority")
    assert keys.stat().st_mode & 0o077 == 0
    assert await demo.stop() == 0
    log = demo.home_assistant.log
    assert "PRIVATE KEY" not in log
    ours = [
        line
        for line in log.splitlines()
        if "custom_components" in line and " INFO " not in line
    ]
    assert ours == []
