//! Limits of AWS on a deployment, and names in it that lead nowhere.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::{DeployedFunction, DeployedMapping, DeployedQueue, Deployment, Rule, Schedule};
use crate::eventbridge::Pattern;
use crate::scenario::Length;

const DAY: u64 = 24 * 3600;

impl Deployment {
    /// Finds names without a resource, names given twice, and values that AWS refuses.
    ///
    /// # Errors
    ///
    /// Every mistake, each in one sentence.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let mut mistakes = Mistakes::default();
        mistakes.doubles("queue", self.queues.iter().map(|queue| &queue.name));
        mistakes.doubles("rule", self.rules.iter().map(|rule| &rule.name));
        mistakes.doubles("function", self.functions.iter().map(|function| &function.name));
        mistakes.doubles("schedule", self.schedules.iter().map(|schedule| &schedule.name));
        self.queues.iter().for_each(|queue| self.check_queue(queue, &mut mistakes));
        self.rules.iter().for_each(|rule| self.check_rule(rule, &mut mistakes));
        self.functions.iter().for_each(|function| check_function(function, &mut mistakes));
        self.mappings.iter().for_each(|mapping| self.check_mapping(mapping, &mut mistakes));
        self.schedules.iter().for_each(|schedule| self.check_schedule(schedule, &mut mistakes));
        if mistakes.0.is_empty() { Ok(()) } else { Err(mistakes.0) }
    }

    // API reference, SQS CreateQueue.
    fn check_queue(&self, queue: &DeployedQueue, mistakes: &mut Mistakes) {
        let what = format!("queue {}", queue.name);
        mistakes.length(&what, "visibility_timeout", queue.visibility_timeout, 0..=DAY / 2);
        mistakes.length(&what, "retention", queue.retention, 60..=14 * DAY);
        if let Some(dead_letters) = &queue.dead_letter_queue {
            self.names_a_queue(&what, &dead_letters.queue, mistakes);
            let count = dead_letters.max_receive_count as usize;
            mistakes.number(&what, "max_receive_count", count, 1..=1000);
        }
    }

    fn check_rule(&self, rule: &Rule, mistakes: &mut Mistakes) {
        let what = format!("rule {}", rule.name);
        self.names_a_queue(&what, &rule.target, mistakes);
        if let Err(mistake) = Pattern::parse(&rule.pattern) {
            mistakes.add(format!("{what}: {mistake}"));
        }
    }

    // EventBridge user guide, eb-scheduled-rule-pattern: the smallest rate is one minute.
    fn check_schedule(&self, schedule: &Schedule, mistakes: &mut Mistakes) {
        let what = format!("schedule {}", schedule.name);
        self.names_a_queue(&what, &schedule.target, mistakes);
        mistakes.length(&what, "every", schedule.every, 60..=365 * DAY);
    }

    // Lambda developer guide, services-sqs-configure; API reference, Lambda CreateEventSourceMapping.
    fn check_mapping(&self, mapping: &DeployedMapping, mistakes: &mut Mistakes) {
        let what = format!("mapping {} to {}", mapping.queue, mapping.function);
        let queue = self.names_a_queue(&what, &mapping.queue, mistakes);
        let function = self.functions.iter().find(|function| function.name == mapping.function);
        mistakes.number(&what, "batch_size", mapping.batch_size, 1..=10_000);
        mistakes.length(&what, "batching_window", mapping.batching_window, 0..=300);
        if let Some(most) = mapping.maximum_concurrency {
            mistakes.number(&what, "maximum_concurrency", most, 2..=1000);
        }
        if mapping.batch_size > 10 && mapping.batching_window < Length::secs(1) {
            mistakes.add(format!(
                "{what}: a batch_size above 10 needs a batching_window of 1s or more"
            ));
        }
        match (queue, function) {
            (_, None) => mistakes.add(format!("{what}: there is no function {}", mapping.function)),
            (Some(queue), Some(function)) if function.timeout > queue.visibility_timeout => {
                mistakes.add(format!(
                    "{what}: the function's timeout is longer than the queue's visibility_timeout"
                ));
            }
            _ => {}
        }
    }

    fn names_a_queue(
        &self,
        what: &str,
        name: &str,
        mistakes: &mut Mistakes,
    ) -> Option<&DeployedQueue> {
        let found = self.queues.iter().find(|queue| queue.name == name);
        if found.is_none() {
            mistakes.add(format!("{what}: there is no queue {name}"));
        }
        found
    }
}

// API reference, Lambda CreateFunction.
fn check_function(function: &DeployedFunction, mistakes: &mut Mistakes) {
    mistakes.length(&format!("function {}", function.name), "timeout", function.timeout, 1..=900);
}

#[derive(Default)]
struct Mistakes(Vec<String>);

impl Mistakes {
    fn add(&mut self, mistake: String) {
        self.0.push(mistake);
    }

    fn doubles<'a>(&mut self, what: &str, names: impl Iterator<Item = &'a String>) {
        let mut seen = BTreeSet::new();
        for name in names.filter(|name| !seen.insert(*name)) {
            self.add(format!("{what} {name} is listed twice"));
        }
    }

    fn length(&mut self, what: &str, field: &str, length: Length, secs: RangeInclusive<u64>) {
        if length < Length::secs(*secs.start()) || length > Length::secs(*secs.end()) {
            let (least, most) = (secs.start(), secs.end());
            self.add(format!("{what}: {field} must be from {least}s to {most}s, and is {length}"));
        }
    }

    fn number(&mut self, what: &str, field: &str, number: usize, range: RangeInclusive<usize>) {
        if !range.contains(&number) {
            let (least, most) = (range.start(), range.end());
            self.add(format!("{what}: {field} must be from {least} to {most}, and is {number}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(json: serde_json::Value) -> Deployment {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn every_name_that_leads_nowhere_is_reported() {
        let deployment = deployment(json!({
            "queue": [{"name": "a", "dead_letter_queue": {"queue": "b", "max_receive_count": 3}}],
            "rule": [{"name": "r", "pattern": {"source": ["aws.ecs"]}, "target": "c"}],
            "mapping": [{"queue": "d", "function": "f"}],
            "schedule": [{"name": "s", "every": "1m", "target": "e"}],
        }));

        let mistakes = deployment.validate().unwrap_err();

        assert_eq!(
            mistakes,
            [
                "queue a: there is no queue b",
                "rule r: there is no queue c",
                "mapping d to f: there is no queue d",
                "mapping d to f: there is no function f",
                "schedule s: there is no queue e",
            ]
        );
    }

    #[test]
    fn a_function_that_outlasts_the_visibility_timeout_is_refused() {
        let deployment = deployment(json!({
            "queue": [{"name": "q", "visibility_timeout": "30s"}],
            "function": [{"name": "f", "timeout": "31s"}],
            "mapping": [{"queue": "q", "function": "f"}],
        }));

        let mistakes = deployment.validate().unwrap_err();

        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].contains("longer than the queue's visibility_timeout"));
    }

    #[test]
    fn an_unknown_operator_in_a_pattern_is_a_mistake() {
        let deployment = deployment(json!({
            "queue": [{"name": "q"}],
            "rule": [{"name": "r", "pattern": {"detail": {"ip": [{"cidr": "10.0.0.0/8"}]}}, "target": "q"}],
        }));

        let mistakes = deployment.validate().unwrap_err();

        assert_eq!(
            mistakes,
            ["rule r: the pattern's operator `cidr` at detail.ip is not known here"]
        );
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let read: Result<Deployment, _> =
            serde_json::from_value(json!({"queue": [{"name": "q", "fifo": true}]}));

        assert!(read.unwrap_err().to_string().contains("unknown field `fifo`"));
    }
}
