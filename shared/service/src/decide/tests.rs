//! Tests of the rules of operations, one file per noun.

mod answers;
mod course;
mod random;
mod scene;
mod services;
mod tasks;
mod world;
mod world_answers;

mod begin;
mod causes;
mod crashes;
mod deployments;
mod known_waits;
mod maintain;
mod protection;
mod questions;
mod reasons;
mod refusals;
mod restart;
mod restore;
mod restore_scaling;
mod scaling;
mod shrink;
mod shutdown;
mod shutdown_crashes;
mod shutdown_keepers;
mod stability;
mod stop_looks;
mod stop_task;
mod table;
mod totality;
mod wait_time;
