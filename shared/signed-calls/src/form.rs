//! Form bodies of awsQuery.

/// Returns the parameters in a form body.
pub(crate) fn encode(parameters: &[(String, String)]) -> String {
    let pairs =
        parameters.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Escapes all bytes but the unreserved ones (RFC 3986, 2.3).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_colons_of_an_arn_are_escaped() {
        let parameters = [("TargetGroupArn".to_owned(), "arn:aws:x/web".to_owned())];

        assert_eq!(encode(&parameters), "TargetGroupArn=arn%3Aaws%3Ax%2Fweb");
    }
}
