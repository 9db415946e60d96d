//! Stub.

#[derive(Debug, Default)]
pub(crate) struct Throttle {}

impl Throttle {
    /// Others use up so many tokens a second of a bucket (`ecs-read`, `ecs-modify`, `autoscaling`), until a time since
    /// the start of the world.
    pub(crate) fn others(&mut self, _bucket: &str, _until: std::time::Duration, _per_second: f64) {}
}
