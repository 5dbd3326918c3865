"""The send stage: messages, transports, and the job that sends each once."""
