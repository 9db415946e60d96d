//! One name for an instance and a task, and one clock, in everything that a replay prints.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use replay::Run;
use replay::clock::clock;
use sim::history::{Fact, TaskRef};
use sim::world::START;

/// Fewest digits of a task id in its name, 6.
const DIGITS: usize = 6;

/// Names of a run's instances and tasks, by their ids.
#[derive(Debug, Default)]
pub(super) struct Names {
    instances: BTreeMap<String, String>,
    tasks: BTreeMap<String, String>,
}

impl Names {
    /// Returns the names of everything in a run.
    pub(super) fn of_run(run: &Run) -> Self {
        let mut tasks: BTreeMap<&str, &str> = BTreeMap::new();
        for entry in &run.history {
            if let Some(task) = task_of(&entry.fact) {
                tasks.insert(last_part(&task.arn), &task.name);
            }
        }
        let ids: Vec<&str> = tasks.keys().copied().collect();
        let digits = |n: usize| {
            let next_to = [n.checked_sub(1).and_then(|n| ids.get(n)), ids.get(n + 1)];
            let shared = next_to.into_iter().flatten().map(|other| shared_digits(ids[n], other));
            (shared.max().unwrap_or_default() + 1).max(DIGITS)
        };
        let named = tasks.iter().enumerate().map(|(n, (id, name))| {
            let digits = id.get(..digits(n)).unwrap_or(id);
            ((*id).to_owned(), format!("{name}/{digits}"))
        });
        Self { tasks: named.collect(), instances: run.names.clone() }
    }

    /// Returns the name of an EC2 instance.
    pub(super) fn instance<'a>(&'a self, id: &'a str) -> &'a str {
        self.instances.get(id).map_or(id, String::as_str)
    }

    /// Returns the name of a task.
    pub(super) fn task<'a>(&'a self, arn: &'a str) -> &'a str {
        let id = last_part(arn);
        self.tasks.get(id).map_or(id, String::as_str)
    }

    /// Returns a sentence with names for the ids of instances and tasks, and with times of the replay's clock.
    pub(super) fn in_sentence(&self, sentence: &str) -> String {
        let words = in_virtual_time(sentence);
        let words = words.split(' ').map(|word| self.in_word(word));
        words.collect::<Vec<_>>().join(" ")
    }

    fn in_word(&self, word: &str) -> String {
        if let Some(rest) = word.strip_prefix("arn:")
            && let Some((_, id)) = rest.rsplit_once('/')
            && let Some(name) = self.tasks.get(id.trim_end_matches([',', ';', '.', ')']))
        {
            let end = id.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
            return format!("{name}{end}");
        }
        let mut text = String::new();
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|c| !is_of_id(c)).unwrap_or(rest.len()).max(first.len_utf8());
            let (id, next) = rest.split_at(end);
            let name = self.instances.get(id).or_else(|| self.tasks.get(id));
            text.push_str(name.map_or(id, String::as_str));
            rest = next;
        }
        text
    }
}

fn is_of_id(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

fn task_of(fact: &Fact) -> Option<&TaskRef> {
    match fact {
        Fact::Task { task, .. }
        | Fact::StopTask { task, .. }
        | Fact::TaskKilled { task, .. }
        | Fact::Target { task, .. } => Some(task),
        _ => None,
    }
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Returns the number of digits that two ids have in common at their beginning.
fn shared_digits(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
}

/// Returns a sentence with times of the replay's clock, `0:03:17`, instead of dates.
pub(super) fn in_virtual_time(sentence: &str) -> String {
    let sentence = without_rfc_2822(sentence);
    let words = sentence.split(' ').map(|word| {
        let time = word.trim_end_matches([',', ';', '.', ')']);
        let Ok(at) = time.parse::<Timestamp>() else { return word.to_owned() };
        word.replacen(time, &since_start(at), 1)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns a sentence with times of the replay's clock instead of times like `Wed, 4 Mar 2026 09:01:00 GMT`.
fn without_rfc_2822(sentence: &str) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some(end) = rest.find(" GMT").map(|at| at + " GMT".len()) {
        let words: Vec<&str> = rest[..end].rsplitn(7, ' ').collect();
        let date = words.iter().take(6).rev().copied().collect::<Vec<_>>().join(" ");
        let date = date.trim_start_matches('(');
        let begin = end - date.len();
        match rfc2822::parse(date) {
            Ok(at) => {
                text.push_str(&rest[..begin]);
                text.push_str(&since_start(at.timestamp()));
            }
            Err(_) => text.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    text + rest
}

fn since_start(at: Timestamp) -> String {
    clock(Duration::try_from(at.duration_since(START)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_sentence_are_those_of_the_replay() {
        let sentence = "must stop before the Spot interruption at 2026-03-02T09:03:17Z, at once";

        assert_eq!(
            in_virtual_time(sentence),
            "must stop before the Spot interruption at 0:03:17, at once"
        );
    }

    #[test]
    fn dates_of_aws_health_are_times_of_the_replay() {
        let sentence = "scheduled change (X), from Wed, 4 Mar 2026 09:01:00 GMT; a";

        assert_eq!(in_virtual_time(sentence), "scheduled change (X), from 48:01:00; a");
    }

    #[test]
    fn ids_become_names_wherever_they_stand() {
        let id = "5dd3b72884e36dd48d2b5d7b3586806b";
        let names = Names {
            instances: [("i-0ab1ab2a".to_owned(), "i-blue-1".to_owned())].into(),
            tasks: [(id.to_owned(), "import/5dd3b7".to_owned())].into(),
        };

        let arn = format!("stop arn:aws:ecs:r:1:task/orders/{id}, then i-0ab1ab2a.");
        assert_eq!(names.in_sentence(&arn), "stop import/5dd3b7, then i-blue-1.");
        assert_eq!(names.in_sentence(&format!("stop {id}")), "stop import/5dd3b7");
    }
}
