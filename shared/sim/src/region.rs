//! The account and the Region of a world.

/// The account that everything belongs to.
pub const ACCOUNT: &str = "111122223333";
/// The Region that everything is in.
pub const REGION: &str = "eu-west-1";
