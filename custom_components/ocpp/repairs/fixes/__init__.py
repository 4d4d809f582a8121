"""The flows that fix repairs, in which the owner chooses between several ways."""
