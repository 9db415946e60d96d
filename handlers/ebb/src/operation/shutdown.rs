//! `ebb shutdown` and `ebb resume`: the scope, the number first, then all services at the same time.

use std::future::Future;

use aws_services::operation_report::OperationReport;
use aws_services::{OperationRun, service_search};
use futures::StreamExt;
use futures::stream;
use serde_json::Value;
use service::outcome::OperationOutcome;
use service::record::OperationRecord;
use service::request::{OperationKind, OperationRequest};

use super::error::OperationError;
use super::scope_run::{ScopeRun, Stop};
use super::selection::parsed_tag;
use super::session::Session;
use super::shutdown_arguments::{
    ResumeArguments, ScopeArguments, ScopedArguments, ShutdownArguments,
};
use super::shutdown_plan::ScopePlan;
use super::{exit_of, remote_run, text};
use crate::exit::Exit;
use crate::output::printing;

/// Services that are planned at the same time. Each plan reads a whole service.
const PLANS_AT_ONCE: usize = 4;

/// Runs `ebb shutdown`. Without `--yes` it prints the plan.
pub(super) async fn shutdown(arguments: &ShutdownArguments) -> Result<Exit, OperationError> {
    // A mistake in the arguments is found before the first call.
    arguments.request("any")?;
    let scoped = &arguments.scoped;
    let session = Session::start(&scoped.request.access).await?;
    let services = services(&session, &scoped.scope, OperationKind::Shutdown).await?;
    let requests: Result<Vec<_>, _> = services.iter().map(|it| arguments.request(it)).collect();
    let plan = planned(&session, requests?).await;
    if !arguments.yes {
        let text = match scoped.json {
            true => format!("{:#}\n", single_or_list(scoped, plan.in_json())),
            false => plan.in_words(&session, &scoped.scope.cluster),
        };
        return Ok(printing::print(&text).unwrap_or(plan.exit(is_selective(&scoped.scope))));
    }
    printing::report(&plan.number(&session, &scoped.scope.cluster));
    let (requests, mut reports) = plan.divided(is_selective(&scoped.scope));
    reports.extend(carried_out(&session, scoped, requests).await?);
    Ok(ended(scoped, reports))
}

/// Runs `ebb resume`.
pub(super) async fn resume(arguments: &ResumeArguments) -> Result<Exit, OperationError> {
    arguments.request("any")?;
    let scoped = &arguments.scoped;
    let session = Session::start(&scoped.request.access).await?;
    let services = services(&session, &scoped.scope, OperationKind::Resume).await?;
    let requests: Result<Vec<_>, _> = services.iter().map(|it| arguments.request(it)).collect();
    let requests = requests?;
    printing::report(&format!(
        "resume of {} of cluster {}\n",
        text::count(requests.len(), "service"),
        scoped.scope.cluster
    ));
    let reports = carried_out(&session, scoped, requests).await?;
    Ok(ended(scoped, reports))
}

/// Returns true if the scope was not given by names. Then a DAEMON service is listed, and is no failure.
fn is_selective(scope: &ScopeArguments) -> bool {
    scope.services.is_empty()
}

/// Returns the names of the services in the scope.
async fn services(
    session: &Session,
    scope: &ScopeArguments,
    kind: OperationKind,
) -> Result<Vec<String>, OperationError> {
    let clients = session.stepper.clients();
    let ScopeArguments { cluster, services, tags, all_services } = scope;
    if !services.is_empty() {
        let mut names = services.clone();
        names.sort();
        names.dedup();
        return Ok(names);
    }
    let found = if *all_services && kind == OperationKind::Resume {
        let path = format!("{}{cluster}/", OperationRecord::PATH);
        let names = clients.parameters.names_below(&path).await?;
        let service = |name: &String| {
            let rest = name.strip_prefix(&path)?.strip_suffix("/before")?;
            (!rest.contains('/')).then(|| rest.to_owned())
        };
        names.iter().filter_map(service).collect()
    } else if *all_services {
        service_search::all(&clients.aws.ecs, cluster).await?
    } else {
        let tags: Result<Vec<_>, _> = tags.iter().map(|text| parsed_tag(text)).collect();
        service_search::with_tags(&clients.aws.ecs, cluster, &tags?).await?
    };
    match found.is_empty() {
        true if kind == OperationKind::Resume => Err(OperationError::Arguments(format!(
            "no service of cluster {cluster} in the scope has a record; nothing to resume"
        ))),
        true => {
            Err(OperationError::Arguments(format!("cluster {cluster} has no service in the scope")))
        }
        false => Ok(found),
    }
}

/// Plans every request. Nothing is written to AWS.
async fn planned(session: &Session, requests: Vec<OperationRequest>) -> ScopePlan {
    let plans = requests.into_iter().map(|request| async move {
        let run = OperationRun::beginning(request.clone(), session.by.clone());
        let (seen, decision) = run.plan(&session.stepper).await;
        (request, seen, decision)
    });
    ScopePlan::new(stream::iter(plans).buffered(PLANS_AT_ONCE).collect().await)
}

/// Carries out all requests at the same time, here or by the function.
async fn carried_out(
    session: &Session,
    scoped: &ScopedArguments,
    requests: Vec<OperationRequest>,
) -> Result<Vec<OperationReport>, OperationError> {
    if scoped.remote {
        let mut reports = Vec::new();
        for request in &requests {
            remote_run::send_request(session, request, &scoped.request.queue_prefix).await?;
        }
        for request in requests {
            reports.push(remote_run::watch_request(session, &request).await?);
        }
        return Ok(reports);
    }
    let run = ScopeRun::new(session);
    until_stopped(run.stop(), run.all(requests)).await
}

/// Awaits the operations. The first signal stops them after the step in progress, and the second at once.
async fn until_stopped<T>(
    stop: Stop,
    operations: impl Future<Output = T>,
) -> Result<T, OperationError> {
    let mut operations = std::pin::pin!(operations);
    let mut termination = crate::termination::Termination::new();
    for signals in 0..2 {
        let requested = std::pin::pin!(termination.requested());
        match futures::future::select(operations.as_mut(), requested).await {
            futures::future::Either::Left((done, _)) => return Ok(done),
            futures::future::Either::Right(_) if signals == 0 => {
                printing::report(
                    "finishing the steps in progress; a second signal ends them at once\n",
                );
                stop.request();
            }
            futures::future::Either::Right(_) => {}
        }
    }
    Err(OperationError::Stopped)
}

/// Prints the reports. Returns the exit code of the worst outcome.
fn ended(scoped: &ScopedArguments, mut reports: Vec<OperationReport>) -> Exit {
    reports.sort_by(|one, other| one.service.cmp(&other.service));
    let text = match scoped.json {
        true => {
            let list = reports.iter().map(OperationReport::to_json).collect();
            format!("{:#}\n", single_or_list(scoped, list))
        }
        false => reports.iter().map(text::end).collect(),
    };
    let is = |outcome| reports.iter().any(|report| report.outcome == outcome);
    let exit = if is(OperationOutcome::Interrupted) {
        Exit::Interrupted
    } else {
        let failed = reports.iter().map(|it| exit_of(it.outcome));
        failed.into_iter().find(|exit| *exit != Exit::NothingLost).unwrap_or(Exit::NothingLost)
    };
    printing::print(&text).unwrap_or(exit)
}

/// Returns the only document if the command names one service, and else the list.
fn single_or_list(scoped: &ScopedArguments, mut list: Vec<Value>) -> Value {
    if scoped.is_single() && list.len() == 1 { list.remove(0) } else { Value::Array(list) }
}
