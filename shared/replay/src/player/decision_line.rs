//! The log fields and targets of ebb's decisions and estimates. No other file of this crate names them.

use super::log_line::{LineKind, LogLine};

/// Target prefixes of ebb's own lines. The SDK's lines are not part of a replay.
const OWN_TARGETS: [&str; 2] = ["ebb", "aws::"];

/// Target of the estimates.
pub(super) const ESTIMATES: &str = "ebb::estimate";

/// Returns true if a line with this target is ebb's own.
pub(super) fn is_own_target(target: &str) -> bool {
    OWN_TARGETS.iter().any(|prefix| target.starts_with(prefix))
}

impl LogLine {
    /// Returns the kind of the line.
    pub fn kind(&self) -> LineKind {
        match self.target.as_str() {
            "ebb::decision" => LineKind::Decision,
            "ebb::note" => LineKind::Note,
            "ebb::task" => LineKind::TaskEnd,
            "ebb::operation" => LineKind::Operation,
            _ => LineKind::Other,
        }
    }

    /// Returns the EC2 instance that the line is about.
    pub fn ec2_instance(&self) -> Option<&str> {
        self.field("ec2_instance")
    }

    /// Returns the code of a decision's reason, such as `tasks-left`.
    pub fn reason_code(&self) -> Option<&str> {
        self.field("reason").filter(|_| self.kind() == LineKind::Decision)
    }

    /// Returns a decision's reason as a sentence.
    pub fn reason_sentence(&self) -> Option<&str> {
        self.reason_code()?;
        let text = self.text_without_subject();
        let actions = self.actions().unwrap_or_default();
        Some(text.strip_prefix(actions).and_then(|text| text.strip_prefix(": ")).unwrap_or(text))
    }

    /// Returns the message without the instance at its beginning.
    pub fn text_without_subject(&self) -> &str {
        match (self.ec2_instance(), self.message.split_once(": ")) {
            (Some(id), Some((subject, text))) if subject.starts_with(id) => text,
            _ => &self.message,
        }
    }

    /// Returns the actions of a decision, or `None` if it has none.
    pub fn actions(&self) -> Option<&str> {
        self.field("actions").filter(|actions| !actions.is_empty())
    }

    /// Returns true for a decision that ebb does not carry out, because of the mode `observe` or `hold`.
    pub fn is_observed(&self) -> bool {
        self.field("mode").is_some()
    }

    /// Returns the code of a note, such as `service-cannot-drain`.
    pub fn note_code(&self) -> Option<&str> {
        self.field("note")
    }

    /// Returns the service that a decision or a note names.
    pub fn service(&self) -> Option<&str> {
        self.field("service")
    }

    /// Returns the outcome that a line of an operation tells, or `None` before its end.
    pub fn operation_outcome(&self) -> Option<&str> {
        self.field("outcome").filter(|_| self.kind() == LineKind::Operation)
    }

    /// Returns true for a line of an operation on this service.
    #[cfg(feature = "operations")]
    pub(crate) fn is_of_operation(&self, cluster: &str, service: &str) -> bool {
        self.kind() == LineKind::Operation
            && self.field("cluster") == Some(cluster)
            && self.field("service") == Some(service)
    }

    /// Returns the estimated number of stops that are ahead, those of the batch included.
    pub(crate) fn estimated_stops(&self) -> Option<usize> {
        let number = |name| self.field(name)?.parse::<usize>().ok();
        (self.target == ESTIMATES).then_some(number("stops")? + number("stops_of_others")?)
    }

    /// Returns true for the end of a killed task.
    pub fn is_killed_task(&self) -> bool {
        self.kind() == LineKind::TaskEnd && self.field("killed") == Some("true")
    }
}
