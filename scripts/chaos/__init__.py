"""`make chaos`: real keywords on real nodes while everything that can be killed is killed."""
