"""The OpenAI-compatible client: one question, one validated answer, every call recorded.

A record holds model, prompt hash, token counts and time, never the key and never a header.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.errors import ModelError, SettingsError
from pressroom.model import sha256

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """The model's words, its name as the service reports it, the prompt's hash."""

    text: str
    model: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Chat:
    """A service at `base_url`; `log` is a JSONL file in the private folder.

    `timeout` is in seconds, `max_tokens` bounds one answer.
    """

    base_url: str
    name: str
    key_env: str
    timeout: float
    max_tokens: int
    log: Path

    def ask(self, system: str, user: str, now: datetime) -> Answer:
        """Ask once; ModelError where the service gives no usable text."""
        from openai import OpenAI, OpenAIError

        with OpenAI(
            base_url=self.base_url, api_key=self._key(), timeout=self.timeout, max_retries=2
        ) as client:
            try:
                reply = client.chat.completions.create(
                    model=self.name,
                    messages=[
                        {"role": "system", "content": system},
                        {"role": "user", "content": user},
                    ],
                    temperature=0,
                    max_tokens=self.max_tokens,
                )
            except (OpenAIError, ValueError) as fault:
                raise ModelError(self._fault(fault)) from None
        return self._answer(reply, sha256(f"{system}\n\n{user}"), now)

    def _key(self) -> str:
        if key := os.environ.get(self.key_env):
            return key
        raise SettingsError(
            f"newsletter.toml: model.key_env: the environment has no {self.key_env}. "
            "Set it, or remove [model] to draft without a model."
        )

    def _fault(self, fault: Exception) -> str:
        return (
            f"{self.name} at {self.base_url}: {type(fault).__name__}. "
            "Try again, or remove [model] to draft without a model."
        )

    def _answer(self, reply: Any, prompt: str, now: datetime) -> Answer:
        choices = getattr(reply, "choices", None)
        message = getattr(choices[0], "message", None) if choices else None
        text = getattr(message, "content", None)
        if not isinstance(text, str) or not text.strip():
            raise ModelError(f"{self.name} at {self.base_url}: gave an empty answer.")
        self._record(reply, prompt, now)
        return Answer(text.strip(), self.name, prompt)

    def _record(self, reply: Any, prompt: str, now: datetime) -> None:
        usage = getattr(reply, "usage", None)
        row = {
            "time": now.isoformat(),
            "model": self.name,
            "prompt": prompt,
            "tokens_in": getattr(usage, "prompt_tokens", None),
            "tokens_out": getattr(usage, "completion_tokens", None),
        }
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
