"""What being served did to when an event happens, and whether it does."""
