//! The account and the Region of a world, with the Region's Availability Zones and instance type.

/// The account that owns all resources.
pub const ACCOUNT: &str = "111122223333";
/// The Region of all resources.
pub const REGION: &str = "eu-west-1";
/// The Availability Zones of the Region.
pub(crate) const ZONES: [&str; 3] = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];
/// Type of every EC2 instance.
pub(crate) const INSTANCE_TYPE: &str = "m6i.large";
