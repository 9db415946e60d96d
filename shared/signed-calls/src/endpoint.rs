//! Endpoints of services that are called without an SDK.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use super::SignedService;

/// Prefixes of Regions, with the domain of their partition (botocore, its list of partitions). All other Regions are in
/// `amazonaws.com`.
const DOMAINS: [(&str, &str); 6] = [
    ("cn-", "amazonaws.com.cn"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("eusc-", "amazonaws.eu"),
];

/// Returns the endpoint of a service: the configured one, or that of the Region.
pub(crate) fn endpoint_url(config: &SdkConfig, service: SignedService, region: &str) -> String {
    if let Some(url) = configured(config, service) {
        return url;
    }
    let domain = DOMAINS.iter().find(|(prefix, _)| region.starts_with(prefix));
    let domain = domain.map_or("amazonaws.com", |(_, domain)| domain);
    let fips = if config.use_fips() == Some(true) { "-fips" } else { "" };
    format!("https://{}{fips}.{region}.{domain}", service.name)
}

/// Returns the endpoint of the command line, of the environment or of a profile. That of one service comes before that of
/// all (AWS SDKs and tools reference guide, feature-ss-endpoints).
fn configured(config: &SdkConfig, service: SignedService) -> Option<String> {
    let general = config.endpoint_url().map(str::to_owned);
    let key = ServiceConfigKey::builder()
        .service_id(service.id)
        .profile("endpoint_url")
        .env("AWS_ENDPOINT_URL")
        .build()
        .ok()?;
    let own = config.service_config().and_then(|settings| settings.load_config(key));
    own.or(general)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Protocol;

    const SSM: SignedService =
        SignedService { name: "ssm", id: "SSM", protocol: Protocol::Json("AmazonSSM") };

    fn url(region: &str) -> String {
        endpoint_url(&SdkConfig::builder().build(), SSM, region)
    }

    #[test]
    fn endpoint_is_in_the_domain_of_the_partition() {
        let domain = |region: &str| {
            let url = url(region);
            url.split_once(&format!("//ssm.{region}.")).unwrap().1.to_owned()
        };

        assert_eq!(domain("eu-west-1"), "amazonaws.com");
        assert_eq!(domain("cn-north-1"), "amazonaws.com.cn");
        assert_eq!(domain("us-gov-west-1"), "amazonaws.com");
        assert_eq!(domain("us-isob-east-1"), "sc2s.sgov.gov");
    }

    #[test]
    fn configured_endpoint_is_used_for_every_service() {
        let config = SdkConfig::builder().endpoint_url("http://127.0.0.1:4566").build();

        assert_eq!(endpoint_url(&config, SSM, "eu-west-1"), "http://127.0.0.1:4566");
    }
}
