"""Surplus controller: the current that each car may draw so that it charges from the sun.

Pure functions of state, readings and time: no clock, no sleep, no input or output, and no Home Assistant. The entry point is
`controller.step`.
"""
