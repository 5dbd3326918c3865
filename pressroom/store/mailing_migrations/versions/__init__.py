"""One file a step; `HEAD` in pressroom.store.mailing names the last."""
