//! Arguments of the commands that call AWS: Region, credentials, endpoint.

use aws::access::{Access, AccessKey};
use clap::Args;

/// Access to AWS. The defaults are those of every AWS SDK.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AccessArguments {
    /// Region
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Profile of the shared configuration files
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Role to assume with the credentials
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// Access key
    #[arg(long, value_name = "ID", requires = "secret_access_key")]
    access_key_id: Option<String>,
    /// Secret of the access key; prefer AWS_SECRET_ACCESS_KEY
    ///
    /// Other users of this machine can read a command line, but not the variable.
    #[arg(long, value_name = "SECRET", requires = "access_key_id")]
    secret_access_key: Option<String>,
    /// Session token of a temporary access key
    #[arg(long, value_name = "TOKEN", requires = "access_key_id")]
    session_token: Option<String>,
    /// Endpoint of every service, instead of AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Seconds of virtual time in one second, for an endpoint of `ebb sim`
    #[arg(long, value_name = "N", requires = "endpoint_url", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    speed: Option<u32>,
}

impl AccessArguments {
    /// Returns the settings of the access.
    pub(crate) fn access(&self) -> Access {
        Access {
            region: self.region.clone(),
            profile: self.profile.clone(),
            role_arn: self.role_arn.clone(),
            access_key: self.access_key(),
            endpoint_url: self.endpoint_url.clone(),
            speed: self.speed,
        }
    }

    fn access_key(&self) -> Option<AccessKey> {
        let (id, secret) = (self.access_key_id.clone()?, self.secret_access_key.clone()?);
        Some(AccessKey::new(id, secret, self.session_token.clone()))
    }
}
