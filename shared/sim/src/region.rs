//! The account and the Region of a world, and what the Region has.

/// The account that everything belongs to.
pub const ACCOUNT: &str = "111122223333";
/// The Region that everything is in.
pub const REGION: &str = "eu-west-1";
/// The Availability Zones of the Region.
pub(crate) const ZONES: [&str; 3] = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];
/// Type of every EC2 instance.
pub(crate) const INSTANCE_TYPE: &str = "m6i.large";
