"""Inputs of the plan: goals, prices, forecasts and calendars."""
