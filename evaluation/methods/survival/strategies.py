"""Who keeps to which of two strategies, and for whom those who keep to it stand."""
