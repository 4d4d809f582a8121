"""The actions of the integration, by subject.

Names and fields are those that automations in the wild use already.
"""
