"""Planning in Home Assistant: goals, prices, forecasts and calendars."""
