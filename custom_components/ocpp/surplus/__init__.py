"""The coordinator: how much current each car may draw so that it charges from the sun.

Pure functions of state, readings and the time: no clock, no sleep, no input or output, and no Home Assistant.
`controller.step` is the way in.
"""
