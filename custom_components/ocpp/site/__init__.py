"""The site: its meters, circuits, battery and limits from outside."""
