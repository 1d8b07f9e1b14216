"""Reading `setup.yaml` (docs/setup.md): YAML with positions → `services.setup.Setup`, or all its problems at once."""
