//! The fields of one JSON object, read by name, so that whatever is wrong can be said with its path.

use serde_json::{Map, Value};

use super::Malformed;

/// A JSON object within a message of some kind.
pub(super) struct Fields<'a> {
    kind: &'a str,
    path: Option<&'static str>,
    object: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The top level of a message; `kind` names the message in errors.
    pub(super) fn of(kind: &'a str, object: &'a Map<String, Value>) -> Self {
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
        let name = self.optional_text(field).filter(|text| is_one_line(text));
        Ok(self.needed(field, "a text in one line", name)?.to_owned())
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

    /// An ARN of any resource.
    pub(super) fn arn(&self, field: &str) -> Result<String, Malformed> {
        let arn = self.optional_text(field).filter(|text| is_arn(text));
        Ok(self.needed(field, "an ARN", arn)?.to_owned())
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

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && is_one_line(text)
}

/// Whether a text stays within its line wherever it is written.
pub(super) fn is_one_line(text: &str) -> bool {
    !text.contains(char::is_control)
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
    fn an_arn_with_a_control_character_is_none() {
        assert!(is_arn("arn:aws:ecs:eu-west-1:111122223333:cluster/orders"));
        assert!(!is_arn("arn:aws:ecs:eu-west-1:111122223333:cluster/orders\u{0}"));
        assert!(!is_arn("orders"));
    }
}
