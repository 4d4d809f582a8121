"""The config flow, which asks for nothing."""

from typing import override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class SunnyMetersFlow(ConfigFlow, domain="sunny_meters"):
    """Adds the meters."""

    @override
    async def async_step_user(self, _: object = None) -> ConfigFlowResult:
        """Add them at once."""
        return self.async_create_entry(title="Sunny meters", data={})
