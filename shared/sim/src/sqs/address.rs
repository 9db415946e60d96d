//! A queue's addresses: its URL and its ARN.

use crate::region::{ACCOUNT, REGION};

/// Returns the URL of a queue at AWS.
pub fn queue_url(name: &str) -> String {
    format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}")
}

/// Returns the URL of a queue at the host of an outside caller's request, or at AWS.
pub(crate) fn queue_url_at(host: Option<&str>, name: &str) -> String {
    match host {
        Some(host) => format!("http://{host}/{ACCOUNT}/{name}"),
        None => queue_url(name),
    }
}

/// Returns the name of the queue that a URL leads to. The URL may name any host, except a host of AWS in another
/// Region. AWS also serves the older form `<region>.queue.amazonaws.com` (AWS general reference, sqs-service).
pub(super) fn queue_name(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let name = path.strip_prefix(ACCOUNT)?.strip_prefix('/')?;
    let of_aws = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    let own = [format!("sqs.{REGION}.amazonaws.com"), format!("{REGION}.queue.amazonaws.com")];
    let leads_here = !of_aws || own.iter().any(|own| own == host);
    Some(name).filter(|name| leads_here && !name.contains('/'))
}

pub(crate) fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}
