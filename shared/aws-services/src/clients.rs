//! Clients of all services that an operation calls.

use aws::Clients;

use crate::caller_identity::IdentityClient;
use crate::parameters::Parameters;
use crate::scalable_targets::ScalableTargets;
use crate::target_health::TargetGroups;

/// Clients of all services that an operation calls. They share the configuration, the clock and the limiter of the clients
/// of the drain.
#[derive(Debug, Clone)]
pub struct ServiceClients {
    /// Clients of the drain: ECS, SQS, the clock, the limiter.
    pub aws: Clients,
    /// Parameters of Systems Manager.
    pub parameters: Parameters,
    /// Scalable targets of Application Auto Scaling.
    pub scalable_targets: ScalableTargets,
    /// Target groups of Elastic Load Balancing.
    pub target_groups: TargetGroups,
    /// Identity of the credentials.
    pub identity: IdentityClient,
}

impl ServiceClients {
    /// Creates clients beside those of the drain.
    pub fn new(aws: Clients) -> Self {
        let config = &aws.config;
        Self {
            parameters: Parameters::new(config),
            scalable_targets: ScalableTargets::new(config),
            target_groups: TargetGroups::new(config),
            identity: IdentityClient::new(config),
            aws,
        }
    }
}
