//! The fields of one JSON object, read by name, so that whatever is wrong can be said with its path.

use serde_json::{Map, Value};

use super::Malformed;
use crate::arn::Arn;
use crate::log_text;

/// Characters of a name: those of groups and hooks have 255 at most (EC2 Auto Scaling API reference, data types
/// XmlStringMaxLen255 and AsciiStringMaxLen255), codes and tokens fewer.
const LONGEST_NAME: usize = 255;
/// Characters that are kept of what AWS says in words.
const LONGEST_WORDS: usize = 1024;

/// A JSON object within a message of some kind.
pub(super) struct Fields<'a> {
    kind: &'a str,
    path: Option<&'static str>,
    object: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The top level of a message; `kind` names the message in errors.
    pub(super) fn of_message(kind: &'a str, object: &'a Map<String, Value>) -> Self {
        Fields { kind, path: None, object }
    }

    /// The object in `field`, one level down.
    pub(super) fn within(&self, field: &'static str) -> Result<Self, Malformed> {
        let object = self.object.get(field).and_then(Value::as_object);
        let object = object.ok_or_else(|| self.malformed(field, "an object"))?;
        Ok(Fields { kind: self.kind, path: Some(field), object })
    }

    /// A text that is kept, and said again in requests and in the log: a name, a code or a token. Of any characters but
    /// those that end a line or hide one: AWS gives none of these to what it names.
    pub(super) fn name(&self, field: &str) -> Result<String, Malformed> {
        let name = self.optional_text(field).filter(|text| is_name(text));
        Ok(self.needed(field, "a text in one line of 255 characters at most", name)?.to_owned())
    }

    /// What AWS says in words, brought into one line and cut to a length; empty where it says nothing.
    pub(super) fn words(&self, field: &str) -> String {
        log_text::one_line(self.optional_text(field).unwrap_or_default(), LONGEST_WORDS)
    }

    /// A text that is only compared, if the field is there at all.
    pub(super) fn said(&self, field: &str) -> Result<Option<String>, Malformed> {
        self.has(field).then(|| self.text(field).map(str::to_owned)).transpose()
    }

    /// A text that is not empty, of any characters: a word that is only compared.
    pub(super) fn text(&self, field: &str) -> Result<&'a str, Malformed> {
        self.needed(field, "a text", self.optional_text(field))
    }

    /// A text, if the field holds one that is not empty.
    pub(super) fn optional_text(&self, field: &str) -> Option<&'a str> {
        self.object.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    /// The id of an EC2 instance.
    pub(super) fn ec2_instance(&self, field: &str) -> Result<String, Malformed> {
        let id = self.optional_text(field).filter(|text| is_ec2_instance(text));
        Ok(self.needed(field, "the id of an EC2 instance", id)?.to_owned())
    }

    /// The ARN of a cluster.
    pub(super) fn cluster(&self, field: &str) -> Result<String, Malformed> {
        let arn = self.optional_text(field).filter(|text| Arn::of_ecs(text, "cluster").is_some());
        Ok(self.needed(field, "the ARN of a cluster", arn)?.to_owned())
    }

    /// The ARN of a resource of ECS in this cluster, `task` or `container-instance`. One that names another cluster would be
    /// asked for in the wrong one.
    pub(super) fn in_cluster(
        &self,
        field: &str,
        kind: &str,
        cluster: &str,
    ) -> Result<String, Malformed> {
        let cluster = Arn::of_ecs(cluster, "cluster");
        let is_there = |text: &&str| {
            let arn = Arn::of_ecs(text, kind);
            arn.zip(cluster).is_some_and(|(arn, cluster)| arn.is_of_cluster(&cluster))
        };
        let arn = self.optional_text(field).filter(is_there);
        Ok(self.needed(field, "an ARN of the event's cluster", arn)?.to_owned())
    }

    /// A whole number.
    pub(super) fn integer(&self, field: &str) -> Result<i64, Malformed> {
        let number = self.object.get(field).and_then(Value::as_i64);
        self.needed(field, "a whole number", number)
    }

    /// A count, if the field holds one.
    pub(super) fn optional_count(&self, field: &str) -> Option<u32> {
        self.object.get(field)?.as_u64()?.try_into().ok()
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, field: &str) -> Result<bool, Malformed> {
        let value = self.object.get(field).and_then(Value::as_bool);
        self.needed(field, "true or false", value)
    }

    /// Whether the field is there and not null.
    pub(super) fn has(&self, field: &str) -> bool {
        self.object.get(field).is_some_and(|value| !value.is_null())
    }

    /// The values of a list; none where there is no list.
    pub(super) fn list(&self, field: &str) -> &'a [Value] {
        self.object.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// What to say when `field` is missing or not `expected`.
    pub(super) fn malformed(&self, field: &str, expected: &'static str) -> Malformed {
        let field = match self.path {
            Some(path) => format!("{path}.{field}"),
            None => field.to_owned(),
        };
        Malformed::Field { kind: self.kind.to_owned(), field, expected }
    }

    fn needed<T>(
        &self,
        field: &str,
        expected: &'static str,
        value: Option<T>,
    ) -> Result<T, Malformed> {
        value.ok_or_else(|| self.malformed(field, expected))
    }
}

/// Whether a text has the form of an EC2 instance's id. Ids of eight and of seventeen digits are in use; the samples of
/// the guides have others (`i-abcd1111`), so that only the characters and a length are held against it.
pub(super) fn is_ec2_instance(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|rest| {
        (1..=32).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// Whether a text may be a name: there is one, and it stays within its line wherever it is written.
pub(super) fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(log_text::ends_or_hides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_an_ec2_instance_may_be_short_and_never_holds_a_control_character() {
        let good = ["i-0c4f1a7d2e9b83560", "i-abcd1111", "i-a", "i-imaginary-1"];
        let bad = ["", "i-", "ci-1", "i-0c4f\n", "i-0c4f 1", "i-ü", "mi-0c4f1a7d2e9b83560"];

        assert!(good.iter().all(|id| is_ec2_instance(id)));
        assert!(!bad.iter().any(|id| is_ec2_instance(id)));
        assert!(is_ec2_instance(&format!("i-{}", "0".repeat(32))));
        assert!(!is_ec2_instance(&format!("i-{}", "0".repeat(33))));
    }

    #[test]
    fn a_name_ends_no_line_hides_none_and_has_its_length() {
        let bad =
            ["a\nb", "a\u{0}", "a\u{1b}[2K", "a\u{9b}", "a\u{2028}b", "a\u{202e}b", "a\u{7f}"];

        assert!(is_name("aws-ecs ✓ ünï"));
        assert!(is_name(&"ü".repeat(255)) && !is_name(&"a".repeat(256)));
        assert!(!bad.iter().any(|text| is_name(text)));
        assert!(!is_name(""));
    }
}
