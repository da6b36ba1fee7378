"""The running machine: queues, tasks, lifecycles. Knows ports, never adapters."""
