"""Which node this is: set before the first fork, inherited by all of the node's processes."""

from uuid import uuid4

NODE_ID = uuid4()
main_pid = 0  # of the node's main process

# The queues for which this node's workers are reserved; none: all queues.
only_queues: frozenset[str] = frozenset()
