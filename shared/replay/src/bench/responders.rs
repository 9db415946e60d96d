//! Responders of a bench, and their deployment in the simulated AWS.

use std::path::Path;

use aws::clients::Clients;
use aws::consumer::Consumer;
use aws::feed::Feed;
use futures::future::{FutureExt, LocalBoxFuture, join_all};
use sim::aws::{Aws, as_part};
use sim::deployment::Deployment;
use sim::history::{ActionEnd, Caller, Entry, Fact};
use sim::scenario::Scenario;
use sim::world::REGION;
use tokio::sync::watch;

use super::count_and_poll::CountAndPoll;
use super::role::BenchRole;
use crate::deployed::{configuration, deployment};
use crate::error::ReplayError;
use crate::program::Program;
use crate::responder::Responder;

/// Responder of a bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BenchResponder {
    Ebb(BenchRole),
    ManagedDraining,
    CountAndPoll,
}

/// Name of a process that polls queues, in the history.
const PROCESS: &str = "process";

/// Puts the responder into a world. Returns the process that runs alongside the world. The future ends only if the
/// responder has no process.
pub(super) fn deploy(
    aws: &Aws,
    path: &Path,
    scenario: &Scenario,
    responder: BenchResponder,
) -> Result<LocalBoxFuture<'static, ()>, ReplayError> {
    match responder {
        BenchResponder::Ebb(BenchRole::Lambda) => {
            Responder::Ebb.deploy(aws, path, scenario, &Program::default())?;
            Ok(futures::future::ready(()).boxed_local())
        }
        BenchResponder::ManagedDraining => {
            Responder::Managed.deploy(aws, path, scenario, &Program::default())?;
            Ok(futures::future::ready(()).boxed_local())
        }
        BenchResponder::Ebb(BenchRole::Worker) => {
            deploy_queues(aws, scenario)?;
            let config = configuration(path, scenario)?;
            let clients = clients(aws);
            let consumers =
                Feed::QUEUES.map(|feed| Consumer::new(feed, "", config.clone(), clients.clone()));
            Ok(work(consumers).boxed_local())
        }
        BenchResponder::CountAndPoll => {
            deploy_queues(aws, scenario)?;
            let process = CountAndPoll::new(clients(aws));
            Ok(as_part("count-and-poll", process.run()).boxed_local())
        }
    }
}

/// Deploys the queues, rules and schedules of the template, but not its functions.
fn deploy_queues(aws: &Aws, scenario: &Scenario) -> Result<(), ReplayError> {
    aws.world(sim::World::enable_managed_draining_beside_functions);
    let deployed = deployment(&scenario.environment)?.as_ref().clone();
    let queues = Deployment { functions: Vec::new(), mappings: Vec::new(), ..deployed };
    aws.deploy(queues).map_err(|mistakes| ReplayError::Deployment(mistakes.join("; ")))
}

fn clients(aws: &Aws) -> Clients {
    Clients::over(aws.http_client(PROCESS), aws.time_source(), REGION)
}

/// Runs the consumers of all feeds, as `ebb worker` does. No signal ends them.
async fn work<const N: usize>(consumers: [Consumer; N]) {
    let (_stop, stopped) = watch::channel(false);
    let loops = consumers.iter().map(|it| as_part(it.feed().name(), it.run(stopped.clone())));
    join_all(loops).await;
}

/// Gives the parts of a process the names of functions in the history. The account of a run then counts their calls.
pub(super) fn name_parts_as_functions(history: &mut [Entry]) {
    for entry in history {
        if let Some(by) = caller(&mut entry.fact)
            && let Caller::Other(who) = by
            && let Some(part) = who.strip_prefix(PROCESS).and_then(|it| it.strip_prefix('/'))
        {
            *by = Caller::Function { name: part.to_owned(), invocation: None };
        }
    }
}

fn caller(fact: &mut Fact) -> Option<&mut Caller> {
    match fact {
        Fact::Call { by, .. }
        | Fact::ContainerInstance { by, .. }
        | Fact::StopTask { by, .. }
        | Fact::Heartbeat { by, .. }
        | Fact::ActionEnded { how: ActionEnd::Completed { by, .. }, .. } => Some(by),
        _ => None,
    }
}
