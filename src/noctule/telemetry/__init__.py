"""Logs, metrics, health. Imported by the engine and adapters, never by the pure packages."""
