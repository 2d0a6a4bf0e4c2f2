"""One module an engine; `registry` names them all."""
