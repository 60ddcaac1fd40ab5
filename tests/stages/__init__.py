"""Every action and every refusal, desk by desk."""
