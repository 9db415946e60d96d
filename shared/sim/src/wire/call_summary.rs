//! The summary of a call in one short line.

use serde_json::Value;

use super::request::CallInput;
use crate::region::{ACCOUNT, REGION};

/// Most ids of a list that a summary shows. Further ids are only counted.
const SHOWN: usize = 3;
/// Parameters that a summary leaves out.
const HIDDEN: [&str; 4] = ["ReceiptHandle", "nextToken", "NextToken", "clientToken"];

/// Returns the parameters of a call: ids without the start of their ARNs, long lists counted.
pub(super) fn parameters(input: &CallInput) -> String {
    let shown: Vec<_> = match input {
        CallInput::Form(form) => {
            form.iter().map(|(name, value)| format!("{name}={}", id(value))).collect()
        }
        CallInput::Json(input) => return about(input),
    };
    shown.join(" ")
}

/// Returns the parameters of a JSON input as `parameters` does.
pub(crate) fn about(input: &Value) -> String {
    let fields = input.as_object().into_iter().flatten();
    let shown = fields.filter(|(name, _)| !HIDDEN.contains(&name.as_str()));
    let shown: Vec<_> = shown.map(|(name, value)| format!("{name}={}", short(value))).collect();
    shown.join(" ")
}

/// Returns `ok`, or the failures in an answer with HTTP 200.
pub(crate) fn outcome(answer: &Value) -> String {
    let failures = ["failures", "Failed"].iter().find_map(|key| answer[*key].as_array());
    let failures = failures.map_or(&[][..], Vec::as_slice);
    let reasons: Vec<_> = failures
        .iter()
        .filter_map(|failure| failure["reason"].as_str().or(failure["Code"].as_str()))
        .collect();
    match reasons.len() {
        0 => "ok".to_owned(),
        count => format!("ok, but {count} failed: {}", reasons[0]),
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => crate::sqs::about_body(&id(text)),
        Value::Array(values) => {
            let mut shown: Vec<_> = values.iter().take(SHOWN).map(short).collect();
            if values.len() > SHOWN {
                shown.push(format!("+{}", values.len() - SHOWN));
            }
            format!("[{}]", shown.join(","))
        }
        Value::Object(fields) => {
            let ids = ["targetId", "name", "value", "Id", "MessageBody", "DetailType"];
            let parts: Vec<_> = ids.iter().filter_map(|key| fields.get(*key)).map(short).collect();
            format!("{{{}}}", parts.join(" "))
        }
        other => other.to_string(),
    }
}

/// Returns the last part of an ARN or of a queue's URL, and other text unchanged. An ARN of another account or Region
/// stays whole.
fn id(text: &str) -> String {
    let named = is_of_here(text) || text.starts_with("https://");
    let last = text.rsplit(['/', ':']).next().filter(|_| named);
    last.unwrap_or(text).to_owned()
}

/// Returns true if an ARN is one of this account and Region, or of none.
fn is_of_here(text: &str) -> bool {
    let Some(arn) = text.strip_prefix("arn:") else { return false };
    let mut parts = arn.split(':');
    let (partition, _, region, account) = (parts.next(), parts.next(), parts.next(), parts.next());
    partition == Some("aws")
        && region.is_none_or(|it| it.is_empty() || it == REGION)
        && account.is_none_or(|it| it.is_empty() || it == ACCOUNT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_short_and_long_lists_counted() {
        let arn = |id: &str| format!("arn:aws:ecs:{REGION}:{ACCOUNT}:container-instance/web/{id}");
        let input = json!({
            "cluster": "web",
            "containerInstances": [arn("a"), arn("b"), arn("c"), arn("d")],
            "status": "DRAINING",
        });

        let about = parameters(&CallInput::Json(input));

        assert_eq!(about, "cluster=web containerInstances=[a,b,c,+1] status=DRAINING");
    }

    #[test]
    fn an_arn_of_another_account_is_told_whole() {
        let cluster = "arn:aws:ecs:eu-west-1:444455556666:cluster/web";

        let about = parameters(&CallInput::Json(json!({"cluster": cluster})));

        assert_eq!(about, format!("cluster={cluster}"));
    }

    #[test]
    fn failures_in_a_200_are_told() {
        let answer = json!({"failures": [{"arn": "a", "reason": "MISSING"}]});

        assert_eq!(outcome(&answer), "ok, but 1 failed: MISSING");
        assert_eq!(outcome(&json!({"failures": []})), "ok");
    }
}
