//! Facts that follow from an observation, each in one place.

pub(crate) mod failure;
pub(crate) mod health;
pub(crate) mod protection;
pub(crate) mod rollout;
pub(crate) mod scaling;
pub(crate) mod scope;
pub(crate) mod stability;
pub(crate) mod stop_time;
