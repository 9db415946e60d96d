//! Identity of the caller: the account and the principal of the credentials.

use aws::fault::Fault;
use aws_config::SdkConfig;

use crate::faults::sorted;
use crate::signed_calls::{Protocol, SignedClient, SignedService, XmlElement};

const SECURITY_TOKEN: SignedService =
    SignedService { name: "sts", id: "STS", protocol: Protocol::Query("2011-06-15") };

/// An account and the principal in it that calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// Account id.
    pub account: String,
    /// ARN of the user or of the role session.
    pub arn: String,
}

/// A client that asks for the identity of its credentials. Every principal may ask (STS API reference, GetCallerIdentity).
#[derive(Debug, Clone)]
pub struct IdentityClient(SignedClient);

impl IdentityClient {
    /// Creates a client.
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self(SignedClient::new(config, SECURITY_TOKEN))
    }

    /// Returns the identity of the caller.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn caller(&self) -> Result<CallerIdentity, Fault> {
        let doing = "asking for the identity of the credentials";
        let answer = self.0.call_query("GetCallerIdentity", &[]).await;
        let answer = XmlElement::parse(&answer.map_err(|error| sorted(doing, &error))?);
        let text = |name: &str| answer.find_text(name).unwrap_or_default().to_owned();
        let identity = CallerIdentity { account: text("Account"), arn: text("Arn") };
        match identity.account.is_empty() {
            true => Err(Fault::Busy(format!("{doing}: the answer names no account"))),
            false => Ok(identity),
        }
    }
}
