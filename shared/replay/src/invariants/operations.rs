//! Operations on services: nothing outside their service changes, and everything is as recorded at the end.
//!
//! Counts of tasks are compared only while no other step of the scenario changes the world. Faults of calls and killed
//! processes are no such steps.

use std::collections::BTreeMap;
use std::time::Duration;

use service::request::{OperationKind, OperationRequest};
use sim::account::service_counts;
use sim::history::{Caller, Entry, Fact};
use sim::scenario::{Happening, ServiceSpec};

use super::{CheckedRun, Violation};
use crate::deployed::{SERVICE_OPERATION, is_service_operation};
use crate::operations::{OperationSpan, operation_spans, shutdown_end};
use crate::player::LogLine;

const HEALTHY: &str = "a recycle that maintains its service has as many healthy tasks as before";
const LEAVING: &str = "a recycle has no more tasks on their way out than its batch";
const RESTORED: &str = "an operation leaves everything as recorded";
const OWN_SERVICE: &str = "an operation changes nothing outside its service";
const ENDS: &str = "every operation ends";
const ANSWERED: &str = "every request begins an operation, is refused or is dead-lettered";

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let spans = operation_spans(&run.played.history);
    let mut broken: Vec<Violation> =
        run.played.history.iter().filter_map(|entry| foreign_change(&spans, entry)).collect();
    broken.extend(unanswered_requests(run, &spans));
    for span in &spans {
        if let Some(request) = span.request(run.scenario)
            && is_alone(run, span)
        {
            broken.extend(bad_counts(run, span, &request));
        }
        match span.ended {
            Some(ended) => broken.extend(unrestored(run, span, ended)),
            None if waits_for_renewed_protection(run, span) => {}
            // A shutdown ends with its record, which waits for a resume.
            None if shutdown_end(span, &run.played.logged).is_some() => {}
            None => broken.push(Violation::new(ENDS, run.end(), named(span, "is open"))),
        }
    }
    broken
}

/// Returns the violations of requests after which neither a record nor a log line nor a dead letter came.
fn unanswered_requests(run: &CheckedRun<'_>, spans: &[OperationSpan]) -> Vec<Violation> {
    let played = run.played;
    let requests = run.scenario.happens.iter().filter_map(|step| match &step.what {
        Happening::Message { queue, body } if queue == SERVICE_OPERATION => {
            Some((step.at.0, OperationRequest::parse(body).ok()?))
        }
        _ => None,
    });
    let is_letter = |it: &Entry| match &it.fact {
        Fact::DeadLettered { queue, .. } => queue.contains(SERVICE_OPERATION),
        _ => false,
    };
    let unanswered = requests.filter(|(at, OperationRequest { cluster, service, .. })| {
        let begins = |it: &OperationSpan| {
            it.began >= *at && (&it.cluster, &it.service) == (cluster, service)
        };
        let ends = |it: &LogLine| {
            it.at >= *at && it.is_of_operation(cluster, service) && it.operation_outcome().is_some()
        };
        let is_dead = played.history.iter().any(|it| it.at >= *at && is_letter(it));
        !(is_dead || spans.iter().any(begins) || played.logged.iter().any(ends))
    });
    let violation = |(at, request): (Duration, OperationRequest)| {
        let what = format!("a request for {} was lost", request.service);
        Violation::new(ANSWERED, at, what)
    };
    unanswered.map(violation).collect()
}

/// Returns true if the operation waits for tasks that renew their protection for ever. ebb never takes such a protection away.
///
/// ebb must say so in its last line, and no more tasks may be left than the scenario protects.
fn waits_for_renewed_protection(run: &CheckedRun<'_>, span: &OperationSpan) -> bool {
    let is_it = |it: &&ServiceSpec| (&it.cluster, &it.name) == (&span.cluster, &span.service);
    let renewed = run.scenario.services.iter().find(is_it).map_or(0, |it| it.protected);
    let left = span.tasks_left(&run.played.at_start, &run.played.history).len();
    let of_it = |line: &&LogLine| line.is_of_operation(&span.cluster, &span.service);
    let mut lines = run.played.logged.iter().filter(of_it);
    let says = lines.rfind(|line| line.field("reason").is_some());
    let says_so = says.and_then(|line| line.field("reason")) == Some("awaiting-protection");
    (1..=renewed).contains(&left) && says_so
}

fn named(span: &OperationSpan, what: &str) -> String {
    format!("the operation on {} {what}", span.service)
}

/// Returns the violation if the function changed a service without an open operation.
fn foreign_change(spans: &[OperationSpan], Entry { at, fact }: &Entry) -> Option<Violation> {
    let open = || spans.iter().filter(|span| span.includes(*at));
    let (is_own, what) = match fact {
        Fact::DesiredCount { service, by, .. } | Fact::ScalableTarget { service, by, .. }
            if is_service_operation(by) =>
        {
            (open().any(|span| span.is_service(service)), service)
        }
        Fact::StopTask { task, by } | Fact::Protection { task, by, .. }
            if is_service_operation(by) =>
        {
            (open().any(|span| span.owns(task)), &task.arn)
        }
        _ => return None,
    };
    (!is_own).then(|| Violation::new(OWN_SERVICE, *at, format!("{what} was changed")))
}

/// Returns true if only requests and troubles of ebb's own calls are among the steps until the end of the operation.
fn is_alone(run: &CheckedRun<'_>, span: &OperationSpan) -> bool {
    let end = span.ended.unwrap_or(Duration::MAX);
    let leaves_services_alone = |what: &Happening| {
        matches!(
            what,
            Happening::Message { .. }
                | Happening::StaleReads { .. }
                | Happening::Throttling { .. }
                | Happening::BrokenDeployment { .. }
        )
    };
    let others = run.scenario.happens.iter().filter(|step| !leaves_services_alone(&step.what));
    let is_undisturbed = others.map(|step| step.at.0).all(|at| at > end);
    is_undisturbed && run.scenario.task_definitions.iter().all(|it| it.fails.is_none())
}

/// Returns the violations of the numbers of tasks that a recycle promises.
fn bad_counts(
    run: &CheckedRun<'_>,
    span: &OperationSpan,
    request: &OperationRequest,
) -> Vec<Violation> {
    if request.kind != OperationKind::Recycle {
        return Vec::new();
    }
    let counts = service_counts(&run.played.history, &span.cluster, &span.service);
    let Some(before) = counts.iter().rfind(|it| it.at <= span.began) else { return Vec::new() };
    let least = before.healthy.min(before.desired);
    let most = request.batch as usize;
    let within = || counts.iter().filter(|it| it.at > span.began && span.includes(it.at));
    let few = within().find(|it| request.maintain_service_state && it.healthy < least);
    let few = few.map(|it| {
        let what = format!("has {} healthy tasks, {least} before", it.healthy);
        Violation::new(HEALTHY, it.at, named(span, &what))
    });
    let many = within().find(|it| it.stopping > most);
    let many = many.map(|it| {
        let what = format!("stops {} tasks at once, its batch is {most}", it.stopping);
        Violation::new(LEAVING, it.at, named(span, &what))
    });
    few.into_iter().chain(many).collect()
}

/// Settings of a service that an operation changes and restores. None for one that a caller other than the function changed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Settings {
    desired: Option<usize>,
    scaling: Option<(usize, usize, [bool; 3])>,
    /// Tasks with protection, by ARN.
    /// Ends of the protection of tasks. None for a protection that was taken away.
    protected: BTreeMap<String, Option<Duration>>,
}

/// Returns the violations if the desired count, scaling or protection differ from those at the beginning, although only the
/// function changed them.
fn unrestored(run: &CheckedRun<'_>, span: &OperationSpan, ended: Duration) -> Vec<Violation> {
    let (mut before, mut after) = (Settings::default(), Settings::default());
    for entry in run.played.history.iter().take_while(|entry| entry.at <= ended) {
        let is_within = entry.at > span.began;
        let target = if is_within { &mut after } else { &mut before };
        apply(target, span, entry, is_within);
    }
    let changed = |name: &str, is_changed: bool| {
        is_changed
            .then(|| Violation::new(RESTORED, ended, named(span, &format!("left {name} changed"))))
    };
    // A protection that has ended by itself is none.
    let lasts = |end: Option<Duration>| end.is_some_and(|end| end > ended);
    let is_kept = |arn: &String| before.protected.get(arn).is_some_and(|end| lasts(*end));
    let left_protected = after.protected.iter().any(|(arn, now)| lasts(*now) && !is_kept(arn));
    let lost_protection = after.protected.iter().any(|(arn, now)| !lasts(*now) && is_kept(arn));
    let count = after.desired.is_some_and(|now| before.desired.is_some_and(|was| was != now));
    let scaling = after.scaling.is_some_and(|now| before.scaling.is_some_and(|was| was != now));
    [
        changed("the desired count", count),
        changed("scaling", scaling),
        changed("protection", left_protected || lost_protection),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Applies a fact to the settings. What another caller changes within the operation is forgotten.
fn apply(settings: &mut Settings, span: &OperationSpan, entry: &Entry, is_within: bool) {
    let counts = |by: &Caller| !is_within || is_service_operation(by);
    match &entry.fact {
        Fact::DesiredCount { service, desired, by } if span.is_service(service) => {
            settings.desired = counts(by).then_some(*desired);
        }
        Fact::ScalableTarget { service, min, max, suspended, by } if span.is_service(service) => {
            settings.scaling = counts(by).then_some((*min, *max, *suspended));
        }
        Fact::Protection { task, lasts, by } if span.owns(task) => {
            match counts(by) {
                true => {
                    let end = lasts.map(|length| entry.at.saturating_add(length));
                    settings.protected.insert(task.arn.clone(), end)
                }
                false => settings.protected.remove(&task.arn),
            };
        }
        // What protects a task on its way out has no effect.
        Fact::Task {
            task,
            last_status: "DEACTIVATING" | "STOPPING" | "DEPROVISIONING" | "STOPPED",
            ..
        } => {
            settings.protected.remove(&task.arn);
        }
        _ => {}
    }
}
