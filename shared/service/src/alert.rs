//! Alerts: messages of AWS that begin the configured shutdown.
//!
//! AWS Budgets sends plain text, whose form no page documents (L#19). So ebb looks for the beginning and the lines of a recorded
//! message, and never takes a text for an alert because it cannot be parsed. A CloudWatch alarm is JSON (L#24), and an event of
//! EventBridge is known by its source and its detail type. SNS may wrap each of them (L#26).

use serde_json::Value;

/// 262 144 bytes: the largest message of SNS and SQS. A longer text is no message.
const LONGEST_MESSAGE: usize = 262_144;

/// First words of a message of AWS Budgets, and the lines that it has.
const BUDGET_BEGINNING: &str = "AWS Budget Notification";
const BUDGET_LINES: [&str; 2] = ["Budget Name:", "Alert Type:"];

/// Events that are alerts, by source and detail type.
const EVENTS: [(&str, &str); 2] =
    [("aws.ce", "Anomaly Detected"), ("aws.cloudwatch", "CloudWatch Alarm State Change")];

/// A message about costs or an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    /// The configured shutdown begins. Holds a sentence about the sender, for the record.
    Raised(String),
    /// The alarm is not in ALARM, so nothing begins. Holds a sentence.
    Quiet(String),
}

impl Alert {
    /// Parses the body of a message. Returns `None` for a body that is no alert.
    pub fn parse(body: &str) -> Option<Self> {
        if body.len() > LONGEST_MESSAGE {
            return None;
        }
        let json: Value = serde_json::from_str(body).unwrap_or_default();
        if json["Type"] == "Notification" {
            return json["Message"].as_str().and_then(of_message);
        }
        of_message(body)
    }
}

/// Parses a message without the envelope of SNS.
fn of_message(text: &str) -> Option<Alert> {
    match serde_json::from_str::<Value>(text) {
        Ok(json) => alarm(&json).or_else(|| event(&json)),
        Err(_) => budget(text),
    }
}

/// Parses the text of AWS Budgets, of ACTUAL and FORECASTED alerts alike.
fn budget(text: &str) -> Option<Alert> {
    let value = |key: &str| {
        let lines = text.lines().map(str::trim);
        lines.filter_map(|line| line.strip_prefix(key)).map(str::trim).find(|it| !it.is_empty())
    };
    let has_all = BUDGET_LINES.iter().all(|key| value(key).is_some());
    let is_one = text.trim_start().starts_with(BUDGET_BEGINNING) && has_all;
    is_one.then(|| {
        let (name, kind) = (value(BUDGET_LINES[0]), value(BUDGET_LINES[1]));
        let (name, kind) = (name.unwrap_or_default(), kind.unwrap_or_default());
        Alert::Raised(sentence(&format!("{kind} alert of budget {name}")))
    })
}

/// Parses the message of a CloudWatch alarm.
fn alarm(json: &Value) -> Option<Alert> {
    let name = json["AlarmName"].as_str().filter(|name| !name.is_empty())?;
    by_state(name, json["NewStateValue"].as_str()?)
}

fn by_state(alarm: &str, state: &str) -> Option<Alert> {
    let sentence = sentence(&format!("alarm {alarm} is {state}"));
    match state {
        "ALARM" => Some(Alert::Raised(sentence)),
        "OK" | "INSUFFICIENT_DATA" => Some(Alert::Quiet(sentence)),
        _ => None,
    }
}

fn event(json: &Value) -> Option<Alert> {
    let (source, kind) = (json["source"].as_str()?, json["detail-type"].as_str()?);
    if !EVENTS.contains(&(source, kind)) || !json["detail"].is_object() {
        return None;
    }
    if source == "aws.cloudwatch" {
        let name = json["detail"]["alarmName"].as_str()?;
        return by_state(name, json["detail"]["state"]["value"].as_str()?);
    }
    Some(Alert::Raised(format!("{kind} of {source}")))
}

/// Returns a text in one line that fits into the reason of a request.
fn sentence(text: &str) -> String {
    let letter = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().take(crate::limits::LONGEST_REASON).map(letter).collect()
}

#[cfg(test)]
mod tests;
