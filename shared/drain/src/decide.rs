//! From what was seen and what is wanted to what is done.

use jiff::Timestamp;

use crate::decision::Verdict;
use crate::observation::Observation;
use crate::policy::Policy;

/// What to do about one EC2 instance at `now`.
pub fn decide(_seen: &Observation, _policy: &Policy, _now: Timestamp) -> Verdict {
    todo!()
}
