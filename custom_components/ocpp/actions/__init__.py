"""What automations can ask of chargers, by subject.

Names and fields are those that automations in the wild use already.
"""
