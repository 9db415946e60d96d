//! Fields of one JSON object, by name. An error names the path of its field.

use serde_json::{Map, Value};

use super::Malformed;
use crate::arn::Arn;
use crate::limits::{LONGEST_INSTANCE_ID, LONGEST_NAME, LONGEST_SENTENCE};
use crate::log_text;

/// A JSON object within a message of some kind.
pub(super) struct Fields<'a> {
    kind: &'a str,
    path: Option<&'static str>,
    object: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Returns the fields of the top level of a message. Errors name the message by `kind`.
    pub(super) fn of_message(kind: &'a str, object: &'a Map<String, Value>) -> Self {
        Fields { kind, path: None, object }
    }

    /// Returns the fields of the object in `field`, one level down.
    pub(super) fn object(&self, field: &'static str) -> Result<Self, Malformed> {
        let object = self.object.get(field).and_then(Value::as_object);
        let object = object.ok_or_else(|| self.malformed(field, "an object"))?;
        Ok(Fields { kind: self.kind, path: Some(field), object })
    }

    /// Returns a name, a code or a token: a text that ebb writes into requests and log lines.
    ///
    /// The text may have all characters except those that end or hide a line. AWS uses none of these in a name.
    pub(super) fn name(&self, field: &str) -> Result<String, Malformed> {
        let name = self.optional_text(field).filter(|text| is_name(text));
        Ok(self.required(field, "a one-line text of at most 255 characters", name)?.to_owned())
    }

    /// Returns a sentence of AWS in one line, cut to [`LONGEST_SENTENCE`]. It is empty if the field is missing.
    pub(super) fn one_line(&self, field: &str) -> String {
        log_text::one_line(self.optional_text(field).unwrap_or_default(), LONGEST_SENTENCE)
    }

    /// Returns a text that is only compared. Returns `None` if the field is missing.
    pub(super) fn text_if_present(&self, field: &str) -> Result<Option<String>, Malformed> {
        self.has(field).then(|| self.text(field).map(str::to_owned)).transpose()
    }

    /// Returns a text of any characters, not empty, that is only compared.
    pub(super) fn text(&self, field: &str) -> Result<&'a str, Malformed> {
        self.required(field, "a text", self.optional_text(field))
    }

    /// Returns a text, if the field holds one that is not empty.
    pub(super) fn optional_text(&self, field: &str) -> Option<&'a str> {
        self.object.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    /// Returns the id of an EC2 instance.
    pub(super) fn ec2_instance(&self, field: &str) -> Result<String, Malformed> {
        let id = self.optional_text(field).filter(|text| is_ec2_instance(text));
        Ok(self.required(field, "the id of an EC2 instance", id)?.to_owned())
    }

    /// Returns the ARN of a cluster.
    pub(super) fn cluster(&self, field: &str) -> Result<String, Malformed> {
        let arn =
            self.optional_text(field).filter(|text| Arn::parse_ecs(text, "cluster").is_some());
        Ok(self.required(field, "the ARN of a cluster", arn)?.to_owned())
    }

    /// Returns the ARN of a `task` or a `container-instance` of this cluster.
    ///
    /// An ARN of another cluster is an error, because ebb would describe it in the wrong cluster.
    pub(super) fn arn_in_cluster(
        &self,
        field: &str,
        kind: &str,
        cluster: &str,
    ) -> Result<String, Malformed> {
        let cluster = Arn::parse_ecs(cluster, "cluster");
        let belongs = |text: &&str| {
            let arn = Arn::parse_ecs(text, kind);
            arn.zip(cluster).is_some_and(|(arn, cluster)| arn.belongs_to(&cluster))
        };
        let arn = self.optional_text(field).filter(belongs);
        Ok(self.required(field, "an ARN of the event's cluster", arn)?.to_owned())
    }

    /// Returns a list of ARNs, each of a `task` or a `container-instance` of this cluster.
    pub(super) fn arns_in_cluster(
        &self,
        field: &str,
        kind: &str,
        cluster: &str,
    ) -> Result<Vec<String>, Malformed> {
        let cluster = Arn::parse_ecs(cluster, "cluster");
        let arn = |value: &Value| {
            let text = value.as_str()?;
            let (arn, cluster) = (Arn::parse_ecs(text, kind)?, cluster.as_ref()?);
            arn.belongs_to(cluster).then(|| text.to_owned())
        };
        let values = self.object.get(field).and_then(Value::as_array);
        let arns: Option<Vec<String>> = values.and_then(|all| all.iter().map(arn).collect());
        arns.ok_or_else(|| self.malformed(field, "a list of ARNs of the message's cluster"))
    }

    /// Returns a whole number.
    pub(super) fn integer(&self, field: &str) -> Result<i64, Malformed> {
        let number = self.object.get(field).and_then(Value::as_i64);
        self.required(field, "a whole number", number)
    }

    /// Returns a count, if the field holds one.
    pub(super) fn optional_count(&self, field: &str) -> Option<u32> {
        self.object.get(field)?.as_u64()?.try_into().ok()
    }

    /// Returns `true` or `false`.
    pub(super) fn boolean(&self, field: &str) -> Result<bool, Malformed> {
        let value = self.object.get(field).and_then(Value::as_bool);
        self.required(field, "true or false", value)
    }

    /// Returns true if the field is present and not null.
    pub(super) fn has(&self, field: &str) -> bool {
        self.object.get(field).is_some_and(|value| !value.is_null())
    }

    /// Returns the values of a list. There are none if the field holds no list.
    pub(super) fn list(&self, field: &str) -> &'a [Value] {
        self.object.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Returns the error that `field` is missing or not `expected`.
    pub(super) fn malformed(&self, field: &str, expected: &'static str) -> Malformed {
        let field = match self.path {
            Some(path) => format!("{path}.{field}"),
            None => field.to_owned(),
        };
        Malformed::Field { kind: self.kind.to_owned(), field, expected }
    }

    fn required<T>(
        &self,
        field: &str,
        expected: &'static str,
        value: Option<T>,
    ) -> Result<T, Malformed> {
        value.ok_or_else(|| self.malformed(field, expected))
    }
}

/// Returns true if a text has the form of an EC2 instance id.
///
/// EC2 uses ids of 8 and of 17 hexadecimal digits. The samples of the guides have others (`i-abcd1111`), so only the
/// characters and the length are checked.
pub(super) fn is_ec2_instance(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|rest| {
        (1..=LONGEST_INSTANCE_ID).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// Returns true if a text can be a name: it is not empty, has a limited length and stays in one line.
pub(super) fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(log_text::ends_or_hides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ec2_instance_id_has_a_prefix_a_length_and_no_control_character() {
        let good = ["i-0c4f1a7d2e9b83560", "i-abcd1111", "i-a", "i-imaginary-1"];
        let bad = ["", "i-", "ci-1", "i-0c4f\n", "i-0c4f 1", "i-ü", "mi-0c4f1a7d2e9b83560"];

        assert!(good.iter().all(|id| is_ec2_instance(id)));
        assert!(!bad.iter().any(|id| is_ec2_instance(id)));
        assert!(is_ec2_instance(&format!("i-{}", "0".repeat(32))));
        assert!(!is_ec2_instance(&format!("i-{}", "0".repeat(33))));
    }

    #[test]
    fn name_is_one_line_of_a_limited_length() {
        let bad =
            ["a\nb", "a\u{0}", "a\u{1b}[2K", "a\u{9b}", "a\u{2028}b", "a\u{202e}b", "a\u{7f}"];

        assert!(is_name("aws-ecs ✓ ünï"));
        assert!(is_name(&"ü".repeat(255)) && !is_name(&"a".repeat(256)));
        assert!(!bad.iter().any(|text| is_name(text)));
        assert!(!is_name(""));
    }
}
