//! `application/x-www-form-urlencoded`, the format of awsQuery.

use std::collections::BTreeMap;

/// Returns the parameters of a form. An invalid escape is left unchanged.
pub(super) fn decode(form: &str) -> BTreeMap<String, String> {
    let pairs = form.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescape(name), unescape(value))
        })
        .collect()
}

pub(super) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%')
            .then(|| after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_unescaped() {
        let form = decode("InstanceIds.member.1=i-1&Text=a+b%26c%3D%C3%A9&Empty=&Odd=100%");

        assert_eq!(form["InstanceIds.member.1"], "i-1");
        assert_eq!(form["Text"], "a b&c=é");
        assert_eq!(form["Empty"], "");
        assert_eq!(form["Odd"], "100%");
    }
}
