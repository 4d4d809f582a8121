"""Id tokens: those that are shown, and those that a charging station keeps."""
