"""Cars: how they respond, what they have shown, and how they are kept awake."""
