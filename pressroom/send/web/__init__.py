"""The public pages of a newsletter: subscribe, confirm, preferences, unsubscribe."""
