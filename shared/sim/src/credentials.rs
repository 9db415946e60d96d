//! Credentials that have expired: for a while AWS refuses every session token.
//!
//! The AWS documentation gives the answer of a service as a name only: "ExpiredTokenException: The security token
//! included in the request is expired" (common errors of the API references). Field reports give the rest. ECS answers
//! that code with HTTP status 400 (aws-samples/cdk-fargate-gitlab-runner, issue 15). The query protocol answers
//! `ExpiredToken` with 403 (aws/aws-sdk-go, issue 249). SQS sends two codes: that of its older protocol and that of
//! awsJson.

use std::time::Duration;

use crate::api::ApiError;
use crate::world::World;

const MESSAGE: &str = "The security token included in the request is expired";

impl World {
    /// Expires every session token until a time since the start.
    pub(crate) fn expire_credentials(&mut self, until: Duration) {
        self.credentials_expired_until = self.credentials_expired_until.max(Some(until));
    }

    /// Refuses a call while session tokens are expired. AWS checks the caller before anything else.
    pub(crate) fn check_credentials(&self, service: &str) -> Result<(), ApiError> {
        if self.credentials_expired_until.is_none_or(|until| self.elapsed() >= until) {
            return Ok(());
        }
        let (code, status) = match service {
            "autoscaling" | "elasticloadbalancing" | "sns" | "sts" => ("ExpiredToken", 403),
            _ => ("ExpiredTokenException", 400),
        };
        Err(ApiError { status, code: code.to_owned(), message: MESSAGE.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Switches;

    #[test]
    fn credentials_are_expired_until_they_are_good_again() {
        let mut world = World::new(1, Switches::default());
        assert_eq!(world.check_credentials("ecs"), Ok(()));

        world.expire_credentials(Duration::from_secs(60));

        let refused = |world: &World, service| {
            let error = world.check_credentials(service).unwrap_err();
            (error.code, error.status)
        };
        assert_eq!(refused(&world, "ecs"), ("ExpiredTokenException".to_owned(), 400));
        assert_eq!(refused(&world, "autoscaling"), ("ExpiredToken".to_owned(), 403));
        world.expire_credentials(Duration::ZERO);
        assert!(world.check_credentials("sqs").is_err(), "a shorter stretch ends no longer one");
    }
}
