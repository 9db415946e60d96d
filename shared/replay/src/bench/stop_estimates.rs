//! Estimates of the stops that are ahead, each with the true number.

use std::time::Duration;

use serde::Serialize;
use sim::history::{Entry, Fact, TaskKind};

use super::percentiles::seconds;
use crate::player::LogLine;

/// Estimate of the stops that are ahead. ebb makes one for each batch of Spot interruption warnings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StopEstimate {
    /// Seconds from the first warning.
    pub after_seconds: f64,
    /// Estimated number of stops of standalone tasks that are ahead, those of the batch included.
    pub estimated: usize,
    /// Number of standalone tasks that ebb stopped after the estimate.
    pub actual: usize,
}

/// Returns the estimates of a run, in order of time. `first_warning` is the time of the first warning.
pub(super) fn stop_estimates(
    estimates: &[LogLine],
    history: &[Entry],
    first_warning: Duration,
) -> Vec<StopEstimate> {
    let is_stop = |fact: &Fact| match fact {
        Fact::StopTask { task, by } => by.is_function() && task.kind == TaskKind::Standalone,
        _ => false,
    };
    let stops: Vec<Duration> =
        history.iter().filter(|it| is_stop(&it.fact)).map(|it| it.at).collect();
    let estimate = |line: &LogLine| {
        Some(StopEstimate {
            after_seconds: seconds(line.at.saturating_sub(first_warning)),
            estimated: line.estimated_stops()?,
            actual: stops.len() - stops.partition_point(|at| *at < line.at),
        })
    };
    estimates.iter().filter_map(estimate).collect()
}

#[cfg(test)]
mod tests {
    use sim::history::{Caller, TaskRef};
    use tracing::Level;

    use super::*;

    fn line(at: u64, stops: usize, of_others: usize) -> LogLine {
        LogLine {
            at: Duration::from_secs(at),
            function: String::new(),
            level: Level::DEBUG,
            target: "ebb::estimate".to_owned(),
            message: String::new(),
            fields: vec![
                ("stops".to_owned(), stops.to_string()),
                ("stops_of_others".to_owned(), of_others.to_string()),
            ],
        }
    }

    fn stop(at: u64, kind: TaskKind, by: &str) -> Entry {
        let by = match by {
            "operator" => Caller::Other(by.to_owned()),
            _ => Caller::Function { name: by.to_owned(), invocation: None },
        };
        let task = TaskRef {
            arn: format!("task-{at}"),
            kind,
            name: "import".to_owned(),
            ec2_instance: "i-1".to_owned(),
        };
        Entry { at: Duration::from_secs(at), fact: Fact::StopTask { task, by } }
    }

    #[test]
    fn estimate_stands_beside_the_later_stops_of_standalone_tasks_by_ebb() {
        let history = [
            stop(62, TaskKind::Standalone, "spot-interruption"),
            stop(70, TaskKind::Standalone, "spot-interruption"),
            stop(71, TaskKind::Replica, "spot-interruption"),
            stop(72, TaskKind::Standalone, "operator"),
            stop(73, TaskKind::Standalone, "sweep"),
        ];

        let found =
            stop_estimates(&[line(61, 2, 0), line(65, 1, 4)], &history, Duration::from_secs(60));

        let first = StopEstimate { after_seconds: 1.0, estimated: 2, actual: 3 };
        let second = StopEstimate { after_seconds: 5.0, estimated: 5, actual: 2 };
        assert_eq!(found, [first, second]);
    }
}
