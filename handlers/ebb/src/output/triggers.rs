//! Timeline lines of functions, rules and schedules that start tasks, and of published messages.

use sim::history::{Caller, Fact};

/// Returns the actor, the sentence and the cause of a fact about a trigger or a topic; none for another fact.
pub(super) fn words(fact: &Fact) -> Option<(String, String, String)> {
    let line = |who: &str, what: String, because: String| Some((who.to_owned(), what, because));
    match fact {
        Fact::EventSourceMapping { function, state, by, .. } => {
            line("lambda", format!("event source mapping of {function} is {state}"), by.to_string())
        }
        Fact::ReservedConcurrency { function, reserved, by } => {
            let reserved = reserved.map_or("removed".to_owned(), |count| format!("set to {count}"));
            let what = format!("reserved concurrency of {function} {reserved}");
            line("lambda", what, by.to_string())
        }
        Fact::RuleState { rule, state, by } => {
            line("eventbridge", format!("rule {rule} is {state}"), by.to_string())
        }
        Fact::Schedule { schedule, state, by } => {
            line("scheduler", format!("schedule {schedule} is {state}"), by.to_string())
        }
        Fact::Notification { topic, subject, by } => {
            let what = format!("message published to the topic {topic}");
            line("sns", what, subject.clone().unwrap_or_else(|| by.to_string()))
        }
        Fact::Call { by, service: "ecs", operation, outcome, about }
            if operation == "RunTask" || matches!(by, Caller::Aws("events" | "scheduler")) =>
        {
            line(&by.to_string(), format!("{operation} {about}"), outcome.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator() -> Caller {
        Caller::Other("operator".to_owned())
    }

    #[test]
    fn reserved_concurrency_of_a_function_has_a_line_with_its_caller() {
        let set = |reserved| {
            let fact = Fact::ReservedConcurrency {
                function: "import".to_owned(),
                reserved,
                by: operator(),
            };
            words(&fact).unwrap()
        };

        let (who, what, because) = set(Some(0));

        assert_eq!((who.as_str(), because.as_str()), ("lambda", "operator"));
        assert_eq!(what, "reserved concurrency of import set to 0");
        assert_eq!(set(None).1, "reserved concurrency of import removed");
    }

    #[test]
    fn call_of_the_program_under_trial_has_no_line() {
        let fact = Fact::Call {
            by: Caller::Other("ebb".to_owned()),
            service: "ecs",
            operation: "UpdateService".to_owned(),
            outcome: "ok".to_owned(),
            about: String::new(),
        };

        assert_eq!(words(&fact), None);
    }
}
