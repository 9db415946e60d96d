//! URLs of webhooks. They carry messages only over TLS, or to this host.

/// Hosts that need no TLS, because the message does not leave this host.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Returns true for a URL with https, and for one with http of this host.
pub(crate) fn is_valid(url: &str) -> bool {
    let is_clean = url.chars().all(|it| it.is_ascii_graphic());
    let host = |rest: &str| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest).to_owned();
        let port = authority.rfind(':').filter(|at| authority[*at..].find(']').is_none());
        port.map_or(authority.clone(), |at| authority[..at].to_owned())
    };
    let is_allowed = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => !host(rest).is_empty(),
        (None, Some(rest)) => LOOPBACK.contains(&host(rest).as_str()),
        (None, None) => false,
    };
    is_clean && is_allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_without_tls_is_valid_for_this_host_only() {
        assert!(is_valid("http://127.0.0.1:8080/hook"));
        assert!(is_valid("http://[::1]:8080/hook"));
        assert!(!is_valid("http://hooks.example.amazonaws.com/hook"));
        assert!(!is_valid("http://127.0.0.1.example.amazonaws.com/hook"));
        assert!(is_valid("https://hooks.example.amazonaws.com/hook"));
        assert!(!is_valid("https:///hook"));
    }
}
