"""Errors of the job queue.

JobsError
├── UnknownKind      no handler is registered for a kind
├── UnknownQueue     no queue has that name
└── StaleJob         the job is no longer in the state (or under the lease) that the caller thought
"""


class JobsError(Exception):
    """Base of all errors of this package."""


class UnknownKind(JobsError):
    """No handler is registered for this kind of job."""


class UnknownQueue(JobsError):
    """No queue has this name."""


class StaleJob(JobsError):
    """The job is no longer in the state that the transition starts from."""
