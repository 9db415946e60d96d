//! Plays the world of the recycle bench with one method.

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use aws::clients::Clients;
use aws_services::ServiceClients;
use futures::future::{Either, select};
use service::outcome::OperationOutcome;
use sim::aws::{Aws, RunEnd};
use sim::history::{Caller, Entry, Fact, TaskRef};
use sim::scenario::{CallFault, Happening, Length, PlannedFault, Scenario, Step};
use sim::world::REGION;
use sim::{ServiceSettings, World};

use super::player::{BenchProgress, run_observed};
use super::recycle_method::RecycleMethod;
use super::recycle_world::{CLUSTER, SERVICE};
use super::service_scripts::ServiceScript;
use crate::deployed::SERVICE_OPERATION;
use crate::error::ReplayError;
use crate::operations;
use crate::player::{LogCapture, LogLine};
use crate::program::Program;
use crate::scenario_file::world_mistake;

/// Time at which a recycle begins, 60 s after the start of the world.
pub(super) const BEGIN: Duration = Duration::from_secs(60);
/// Longest time that a Lambda function runs, 15 minutes.
const LAMBDA_LIMIT: Duration = Duration::from_secs(900);
/// Name of a script's process in the history.
const PROCESS: &str = "process";

/// Call in the middle of a run, after which a process is killed.
#[derive(Debug, Clone)]
pub(super) struct MiddleCall {
    operation: String,
    /// Number of the call among those of its operation, from 1.
    nth: u32,
    /// Time of the call since the start of the world.
    pub(super) at: Duration,
}

/// Data of a run from which the bench computes its figures.
pub(super) struct RecycleRun {
    pub(super) at_start: Vec<TaskRef>,
    pub(super) history: Vec<Entry>,
    /// Settings of the service before the recycle, and at the end of the world.
    pub(super) before: ServiceSettings,
    pub(super) after: ServiceSettings,
    /// End of the recycle as its operator sees it, with its time. None for a script that was killed.
    pub(super) reported: Option<(String, Duration)>,
}

impl RecycleMethod {
    /// Returns true if the caller carries out the method.
    fn is_caller(self, caller: &Caller) -> bool {
        match caller {
            Caller::Function { name, .. } => self == Self::Ebb && name == SERVICE_OPERATION,
            Caller::Other(who) => self != Self::Ebb && who == PROCESS,
            Caller::Aws(_) => false,
        }
    }

    /// Returns the AWS calls of the method with their operations and times, apart from SQS.
    pub(super) fn calls(self, history: &[Entry]) -> Vec<(&str, Duration)> {
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

    /// Returns the middle one of the calls between the begin of a recycle and its end.
    pub(super) fn middle_call(self, run: &RecycleRun) -> Option<MiddleCall> {
        let end = run.reported.as_ref().map_or(Duration::MAX, |(_, at)| *at);
        let calls = self.calls(&run.history);
        let first = calls.partition_point(|(_, at)| *at < BEGIN);
        let last = calls.partition_point(|(_, at)| *at <= end);
        let middle = usize::midpoint(first, last);
        let (operation, at) = *calls.get(middle)?;
        let nth = calls[..=middle].iter().filter(|(other, _)| *other == operation).count();
        Some(MiddleCall { operation: operation.to_owned(), nth: u32::try_from(nth).ok()?, at })
    }

    /// Returns the script of the method, and the time after which Lambda ends it.
    fn script(self) -> Option<(ServiceScript, Duration)> {
        match self {
            Self::StopAndSleep => Some((ServiceScript::StopAndSleep, Duration::MAX)),
            Self::ForcedDeployment => Some((ServiceScript::ForcedDeployment, Duration::MAX)),
            Self::RecycleLambda => Some((ServiceScript::RecycleLambda, LAMBDA_LIMIT)),
            Self::Ebb => None,
        }
    }

    /// Plays a world with the method. With a call, its process is killed just after the call.
    ///
    /// # Errors
    ///
    /// Requests that the simulated AWS does not know, and mistakes in the world.
    pub(super) fn play(
        self,
        mut scenario: Scenario,
        killed: Option<&MiddleCall>,
        progress: BenchProgress<'_>,
    ) -> Result<RecycleRun, ReplayError> {
        if self == Self::Ebb {
            request(&mut scenario, killed);
        }
        let played = self.play_in_world(&scenario, killed, progress);
        sim::aws::block_on(scenario.seed, played).map_err(ReplayError::Runtime)?
    }

    async fn play_in_world(
        self,
        scenario: &Scenario,
        killed: Option<&MiddleCall>,
        progress: BenchProgress<'_>,
    ) -> Result<RecycleRun, ReplayError> {
        let path = Path::new("bench");
        let aws = Aws::new(World::new(scenario.seed, scenario.switches.clone()));
        operations::deploy(&aws, path, scenario, &Program::default())?;
        aws.world(|world| world.play(scenario)).map_err(|error| world_mistake(path, error))?;
        let (at_start, before) = aws.world(|world| (world.live_tasks(), settings(world)));
        let log = LogCapture::new(aws.time_source());
        let listening = log.listen();
        let run = pin!(run_observed(&aws, scenario, progress));
        let (ended, reported) = match self.script() {
            Some((script, limit)) => {
                let process = pin!(processed(&aws, script, limit, killed));
                match select(run, process).await {
                    Either::Left((ended, _)) => (ended, None),
                    Either::Right((reported, run)) => (run.await, reported),
                }
            }
            None => (run.await, None),
        };
        drop(listening);
        aws.dismiss();
        let is_cut_short = ended? == RunEnd::Limit;
        let (history, after) = aws.world(|world| (world.take_history(), settings(world)));
        let reported = reported.or_else(|| log.into_lines().iter().find_map(logged_end));
        match (before, after) {
            (Some(before), Some(after)) if !is_cut_short => {
                Ok(RecycleRun { at_start, history, before, after, reported })
            }
            _ => Err(ReplayError::in_file(path, format!("no end within {}", scenario.limit))),
        }
    }
}

/// Adds the request for a recycle by ebb. With a call, the function is killed just after the call.
fn request(scenario: &mut Scenario, killed: Option<&MiddleCall>) {
    let body = serde_json::json!({
        "cluster_name": CLUSTER,
        "service_name": SERVICE,
    });
    let what = Happening::Message { queue: SERVICE_OPERATION.to_owned(), body: body.to_string() };
    scenario.happens.push(Step { at: Length(BEGIN), what });
    scenario.faults.extend(killed.map(|call| PlannedFault::Call {
        function: SERVICE_OPERATION.to_owned(),
        operation: call.operation.clone(),
        nth: call.nth,
        become_: CallFault::KilledAfter,
    }));
}

/// Runs the process of a script from the begin of the recycle. Returns its end with the time, or `None` if it was killed.
async fn processed(
    aws: &Aws,
    script: ServiceScript,
    limit: Duration,
    killed: Option<&MiddleCall>,
) -> Option<(String, Duration)> {
    let clients = Clients::over(aws.http_client(PROCESS), aws.time_source(), REGION);
    let clients = ServiceClients::new(clients);
    let start = clients.aws.clock.now();
    clients.aws.clock.sleep(BEGIN).await;
    let until = killed.map_or(limit, |call| call.at - BEGIN);
    let ended = tokio::time::timeout(until, script.run(&clients)).await;
    let outcome = match ended {
        Ok(Some(())) => OperationOutcome::Done,
        Ok(None) => OperationOutcome::Failed,
        Err(_) if killed.is_some() => return None,
        Err(_) => OperationOutcome::TimedOut,
    };
    let took = clients.aws.clock.now().duration_since(start);
    Some((outcome.as_str().to_owned(), Duration::try_from(took).unwrap_or_default()))
}

fn settings(world: &World) -> Option<ServiceSettings> {
    let mut all = world.service_settings().into_iter();
    all.find(|it| (it.cluster.as_str(), it.name.as_str()) == (CLUSTER, SERVICE))
}

/// Returns the outcome that ebb logged with this line.
fn logged_end(line: &LogLine) -> Option<(String, Duration)> {
    Some((line.operation_outcome()?.to_owned(), line.at))
}

#[cfg(test)]
mod tests {
    use super::super::recycle_world;
    use super::*;

    #[test]
    fn crash_of_ebb_kills_one_invocation_between_its_record_and_its_outcome() {
        let played = |killed| {
            RecycleMethod::Ebb.play(recycle_world::world(5, false), killed, &|_| ()).unwrap()
        };
        let whole = played(None);
        let middle = RecycleMethod::Ebb.middle_call(&whole).unwrap();

        let crashed = played(Some(&middle));

        let faults = crashed.history.iter().filter_map(|entry| match &entry.fact {
            Fact::Fault { kind, .. } => Some((*kind, entry.at.as_secs())),
            _ => None,
        });
        assert_eq!(faults.collect::<Vec<_>>(), [("killed-after", middle.at.as_secs())]);
        assert!(middle.at > BEGIN && middle.at < whole.reported.unwrap().1);
    }
}
