"""Names and defaults that several modules share."""

DOMAIN = "ocpp"
SUBENTRY_CHARGER = "charger"
SUBENTRY_CIRCUIT = "circuit"
SUBENTRY_TAG = "tag"

CONF_CERTIFICATE = "certificate"
CONF_PRIVATE_KEY = "private_key"
CONF_TLS_PORT = "tls_port"
CONF_OLDEST_TLS = "oldest_tls"
CONF_KEY_KIND = "key_kind"
CONF_SERVER_NAMES = "server_names"
CONF_AUTO_ADOPT = "auto_adopt"
CONF_FREE_VEND = "free_vend"
CONF_HOME_ASSISTANT_TAGS = "home_assistant_tags"
CONF_DATA_VENDORS = "data_vendors"
CONF_ALLOWED_ADDRESSES = "allowed_addresses"
CONF_LOCAL_LIST = "local_list"

CONF_GRID_POWER = "grid_power"
CONF_GRID_POWER_INVERTED = "grid_power_inverted"
CONF_GRID_IMPORT = "grid_import_power"
CONF_GRID_EXPORT = "grid_export_power"
CONF_PV_POWER = "pv_power"
CONF_HOUSE_POWER = "house_power"
CONF_HOUSE_INCLUDES_CARS = "house_includes_cars"
CONF_BATTERY_POWER = "battery_power"
CONF_BATTERY_POWER_INVERTED = "battery_power_inverted"
CONF_BATTERY_SOC = "battery_soc"
CONF_BATTERY_HOLD = "battery_hold"
CONF_HOLD_ACTIONS = "hold_actions"
CONF_RELEASE_ACTIONS = "release_actions"

CONF_TARIFF = "tariff"
CONF_PRICE_ENTITIES = "price_entities"
CONF_PRICE_FEES = "price_fees"
CONF_PRICE_VAT = "price_vat"
CONF_FEED_IN_TARIFF = "feed_in_tariff"
CONF_FEED_IN_ENTITIES = "feed_in_entities"
CONF_FORECAST_ENTITIES = "forecast_entities"

CONF_VEHICLE = "vehicle"
CONF_PHASE_SWITCH = "phase_switch"
CONF_SOC_ENTITY = "soc_entity"
CONF_BATTERY_CAPACITY = "battery_capacity"
CONF_CALENDAR = "calendar"

CONF_GRID_CURRENTS = ("grid_current_l1", "grid_current_l2", "grid_current_l3")
CONF_GRID_CURRENTS_INVERTED = "grid_currents_inverted"
CONF_SITE_LIMIT = "site_limit"

CONF_FUSE_CURRENT = "fuse_current"
CONF_FEEDING_CIRCUIT = "feeding_circuit"
CONF_CURRENTS = ("current_l1", "current_l2", "current_l3")
CONF_CURRENTS_INVERTED = "currents_inverted"
CONF_PEAK_POWER = "peak_power"
CONF_UNBALANCE_CURRENT = "unbalance_current"
CONF_METER_PATIENCE = "meter_patience"
CONF_CIRCUIT = "circuit"
CONF_ROTATION = "rotation"

CONF_IDENTITY = "identity"
CONF_MAX_CURRENT = "max_current"
CONF_SAFE_CURRENT = "safe_current"
CONF_PHASES = "phases"
CONF_CONNECTORS = "connectors"
CONF_SECURITY_PROFILE = "security_profile"
CONF_NEXT_SECURITY_PROFILE = "next_security_profile"
CONF_CERTIFICATES = "certificates"
CONF_PASSWORD_DIGEST = "password_digest"
CONF_TRAITS = "traits"
CONF_LAST_RESORT = "last_resort"

CONF_ID_TAG = "id_tag"
CONF_BLOCKED = "blocked"
CONF_EXPIRES_ON = "expires_on"
CONF_PARENT = "parent"
CONF_VEHICLE_NAME = "vehicle_name"
CONF_CHARGERS = "chargers"

DEFAULT_HOST = "0.0.0.0"
DEFAULT_PORT = 9000
DEFAULT_TLS_PORT = 9443
DEFAULT_MAX_CURRENT_A = 16
DEFAULT_SAFE_CURRENT_A = 6
DEFAULT_PHASES = 3
