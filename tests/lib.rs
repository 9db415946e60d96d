//! Tests of the whole program stand in `suite`; there is nothing to link against.
