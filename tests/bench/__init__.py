"""The benchmark: this addon beside OCA's helpdesk, in one run on one machine."""
