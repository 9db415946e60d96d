//! Plays a world with a process that changes its services: a script, or ebb.

use std::collections::BTreeMap;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use aws::clients::Clients;
use aws_services::ServiceClients;
use futures::future::{BoxFuture, Either, select};
use service::outcome::OperationOutcome;
use sim::aws::{Aws, RunEnd};
use sim::history::{Caller, Entry, Fact, TaskRef};
use sim::scenario::{CallFault, Happening, Length, PlannedFault, Scenario, Step};
use sim::world::REGION;
use sim::{ServiceSettings, World};

use super::percentiles::thousandth;
use super::player::{BenchProgress, run_observed};
use crate::deployed::SERVICE_OPERATION;
use crate::error::ReplayError;
use crate::operations;
use crate::player::{LogCapture, LogLine};
use crate::program::Program;
use crate::scenario_file::world_mistake;

/// Time at which the process begins, 60 s after the start of the world.
pub(super) const BEGIN: Duration = Duration::from_secs(60);
/// Name of a script's process in the history.
const PROCESS: &str = "process";

/// Code of a script. It returns `None` if AWS refuses a call or a waiter gives up, as an exception ends such a script.
pub(super) type ScriptCode = for<'a> fn(&'a ServiceClients) -> BoxFuture<'a, Option<()>>;

/// Process that changes services.
#[derive(Clone)]
pub(super) enum ServiceProcess {
    /// A script, and the time after which it is ended.
    Script(ScriptCode, Duration),
    /// The Lambda function of ebb, with the bodies of the requests that it gets.
    Ebb(Vec<String>),
}

/// Call in the middle of a run, after which a process is killed.
#[derive(Debug, Clone)]
pub(super) struct MiddleCall {
    operation: String,
    /// Number of the call among those of its operation, from 1.
    nth: u32,
    /// Time of the call since the start of the world.
    pub(super) at: Duration,
}

/// Data of a run from which a bench computes its figures.
pub(super) struct ServiceRun {
    pub(super) at_start: Vec<TaskRef>,
    pub(super) history: Vec<Entry>,
    /// Settings of the services before the process began, and at the end of the world.
    pub(super) before: Vec<ServiceSettings>,
    pub(super) after: Vec<ServiceSettings>,
    /// Parameters of Systems Manager at the end of the world, by name.
    pub(super) parameters: BTreeMap<String, String>,
    /// End of the process as its operator sees it, with its time. None for a script that was killed.
    pub(super) reported: Option<(String, Duration)>,
}

impl ServiceProcess {
    /// Returns true if the caller is the process.
    fn is_caller(&self, caller: &Caller) -> bool {
        match (self, caller) {
            (Self::Ebb(_), Caller::Function { name, .. }) => name == SERVICE_OPERATION,
            (Self::Script(..), Caller::Other(who)) => who == PROCESS,
            _ => false,
        }
    }

    /// Returns the AWS calls of the process with their operations and times, apart from SQS.
    pub(super) fn calls<'a>(&self, history: &'a [Entry]) -> Vec<(&'a str, Duration)> {
        let calls = history.iter().filter_map(|entry| match &entry.fact {
            Fact::Call { by, service, operation, .. }
                if self.is_caller(by) && *service != "sqs" =>
            {
                Some((operation.as_str(), entry.at))
            }
            _ => None,
        });
        calls.collect()
    }

    /// Returns the middle one of the calls between the begin of the process and its end.
    pub(super) fn middle_call(&self, run: &ServiceRun) -> Option<MiddleCall> {
        let end = run.reported.as_ref().map_or(Duration::MAX, |(_, at)| *at);
        let calls = self.calls(&run.history);
        let first = calls.partition_point(|(_, at)| *at < BEGIN);
        let last = calls.partition_point(|(_, at)| *at <= end);
        let middle = usize::midpoint(first, last);
        let (operation, at) = *calls.get(middle)?;
        let nth = calls[..=middle].iter().filter(|(other, _)| *other == operation).count();
        Some(MiddleCall { operation: operation.to_owned(), nth: u32::try_from(nth).ok()?, at })
    }

    /// Plays a world with the process. With a call, it is killed just after the call.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know, and mistakes in the world.
    pub(super) fn play(
        &self,
        mut scenario: Scenario,
        killed: Option<&MiddleCall>,
        progress: BenchProgress<'_>,
    ) -> Result<ServiceRun, ReplayError> {
        if let Self::Ebb(requests) = self {
            request(&mut scenario, requests, killed);
        }
        let played = self.play_in_world(&scenario, killed, progress);
        sim::aws::block_on(scenario.seed, played).map_err(ReplayError::Runtime)?
    }

    async fn play_in_world(
        &self,
        scenario: &Scenario,
        killed: Option<&MiddleCall>,
        progress: BenchProgress<'_>,
    ) -> Result<ServiceRun, ReplayError> {
        let path = Path::new("bench");
        let aws = Aws::new(World::new(scenario.seed, scenario.switches.clone()));
        operations::deploy(&aws, path, scenario, &Program::default())?;
        aws.world(|world| world.play(scenario)).map_err(|error| world_mistake(path, error))?;
        let (at_start, before) = aws.world(|world| (world.live_tasks(), world.service_settings()));
        let log = LogCapture::new(aws.time_source());
        let listening = log.listen();
        let run = pin!(run_observed(&aws, scenario, progress));
        let (ended, reported) = match self {
            Self::Script(code, limit) => {
                let process = pin!(processed(&aws, *code, *limit, killed));
                match select(run, process).await {
                    Either::Left((ended, _)) => (ended, None),
                    Either::Right((reported, run)) => (run.await, reported),
                }
            }
            Self::Ebb(_) => (run.await, None),
        };
        drop(listening);
        aws.dismiss();
        if ended? == RunEnd::Limit {
            return Err(ReplayError::in_file(path, format!("no end within {}", scenario.limit)));
        }
        let (history, after, parameters) =
            aws.world(|world| (world.take_history(), world.service_settings(), world.parameters()));
        let reported = reported.or_else(|| self.logged_end(&log.into_lines()));
        Ok(ServiceRun { at_start, history, before, after, parameters, reported })
    }

    /// Returns the end that ebb logged: that of its last operation, with the first outcome that is not `done`.
    fn logged_end(&self, lines: &[LogLine]) -> Option<(String, Duration)> {
        let Self::Ebb(requests) = self else { return None };
        let ends = lines.iter().filter_map(|line| Some((line.operation_outcome()?, line.at)));
        let ends: Vec<_> = ends.take(requests.len()).collect();
        let (last, at) = *ends.last().filter(|_| ends.len() == requests.len())?;
        let done = OperationOutcome::Done.as_str();
        let failed = ends.iter().map(|(outcome, _)| *outcome).find(|it| *it != done);
        Some((failed.unwrap_or(last).to_owned(), at))
    }
}

/// Runs of a process in one world, without and with a crash, and its end as the operator sees it.
pub(super) struct ComparedRuns {
    pub(super) run: ServiceRun,
    /// Run in which the process is killed just after its middle call.
    pub(super) crashed: ServiceRun,
    /// Time of the kill since the start of the world.
    pub(super) killed_at: Duration,
    /// Outcome in the first run; `open` if there is none.
    pub(super) outcome: String,
    /// Time of the outcome since the start of the world.
    pub(super) at: Duration,
    /// AWS calls of the first run until the outcome, apart from SQS.
    pub(super) aws_calls: usize,
}

impl ComparedRuns {
    /// Plays a world with the process twice.
    ///
    /// # Errors
    ///
    /// Those of [`ServiceProcess::play`].
    pub(super) fn play(
        process: &ServiceProcess,
        world: &Scenario,
        progress: BenchProgress<'_>,
    ) -> Result<Self, ReplayError> {
        let run = process.play(world.clone(), None, progress)?;
        let killed = process.middle_call(&run);
        let crashed = process.play(world.clone(), killed.as_ref(), progress)?;
        let reported = run.reported.clone();
        let (outcome, at) = reported.unwrap_or_else(|| ("open".to_owned(), Duration::MAX));
        let calls = process.calls(&run.history).into_iter();
        let aws_calls = calls.filter(|(_, called)| (BEGIN..=at).contains(called)).count();
        let killed_at = killed.map_or(BEGIN, |call| call.at);
        Ok(Self { run, crashed, killed_at, outcome, at, aws_calls })
    }
}

/// Returns the seconds from the begin of a process to this time.
pub(super) fn seconds_since_begin(at: Duration) -> f64 {
    thousandth(at.saturating_sub(BEGIN).as_secs_f64())
}

/// Adds the requests to ebb. With a call, the function is killed just after the call.
fn request(scenario: &mut Scenario, requests: &[String], killed: Option<&MiddleCall>) {
    let message = |body: &String| Step {
        at: Length(BEGIN),
        what: Happening::Message { queue: SERVICE_OPERATION.to_owned(), body: body.clone() },
    };
    scenario.happens.extend(requests.iter().map(message));
    scenario.faults.extend(killed.map(|call| PlannedFault::Call {
        function: SERVICE_OPERATION.to_owned(),
        operation: call.operation.clone(),
        nth: call.nth,
        become_: CallFault::KilledAfter,
    }));
}

/// Runs the process of a script from the begin. Returns its end with the time, or `None` if it was killed.
async fn processed(
    aws: &Aws,
    code: ScriptCode,
    limit: Duration,
    killed: Option<&MiddleCall>,
) -> Option<(String, Duration)> {
    let clients = Clients::over(aws.http_client(PROCESS), aws.time_source(), REGION);
    let clients = ServiceClients::new(clients);
    let start = clients.aws.clock.now();
    clients.aws.clock.sleep(BEGIN).await;
    let until = killed.map_or(limit, |call| call.at - BEGIN);
    let ended = tokio::time::timeout(until, code(&clients)).await;
    let outcome = match ended {
        Ok(Some(())) => OperationOutcome::Done,
        Ok(None) => OperationOutcome::Failed,
        Err(_) if killed.is_some() => return None,
        Err(_) => OperationOutcome::TimedOut,
    };
    let took = clients.aws.clock.now().duration_since(start);
    Some((outcome.as_str().to_owned(), Duration::try_from(took).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::super::RecycleMethod;
    use super::super::recycle_world;
    use super::*;

    #[test]
    fn crash_of_ebb_kills_one_invocation_between_its_record_and_its_outcome() {
        let process = RecycleMethod::Ebb.process();
        let played =
            |killed| process.play(recycle_world::world(5, false), killed, &|_| ()).unwrap();
        let whole = played(None);
        let middle = process.middle_call(&whole).unwrap();

        let crashed = played(Some(&middle));

        let faults = crashed.history.iter().filter_map(|entry| match &entry.fact {
            Fact::Fault { kind, .. } => Some((*kind, entry.at.as_secs())),
            _ => None,
        });
        assert_eq!(faults.collect::<Vec<_>>(), [("killed-after", middle.at.as_secs())]);
        assert!(middle.at > BEGIN && middle.at < whole.reported.unwrap().1);
    }
}
