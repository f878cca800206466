"""What every job needs and no number depends on: logs, whole files, errors, progress, devices, downloads."""
