//! Requests that load balancers carried: served, failed, or in flight at the end.
//!
//! No request is an event of the world. The number of a request determines when it comes, how long it takes and which target
//! has its turn. So the account checks only the requests that a target could fail, and counts all others.
//!
//! Rules: requests come at even distances, from the start to the end of the run. Each goes to the next target that is healthy
//! for the load balancer (`round_robin`, the default: ELB API reference, TargetGroupAttribute). A request fails if its answer
//! would come after the target's process is gone. A request fails if the load balancer cut it off after the deregistration
//! delay (HTTP 502: ELB user guide for Application Load Balancers, load-balancer-troubleshooting). A request fails if no target
//! is healthy (HTTP 503, same page). A request in flight at the end of the run is neither served nor failed.
//!
//! Left out:
//!
//! - connections that are kept open, sticky sessions, slow start, Availability Zones
//! - clients and load balancers that try again, targets that get slower under load, load balancers that fail open
//!
//! A target is unhealthy here only when its process is gone, so an unhealthy target never answers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use crate::history::{Entry, Fact, TargetChange};
use crate::scenario::TrafficSpec;

const SECOND: u128 = 1_000_000_000;

/// Numbers of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Requests {
    pub(super) served: u64,
    pub(super) failed: u64,
}

/// Cause of failed requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestFailure {
    /// Cut off by the load balancer after the deregistration delay.
    CutOff,
    /// End of the target's process before the answer.
    ProcessGone,
    /// No healthy target.
    NoTarget,
}

/// Requests of one service that failed for one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRequests {
    /// ARN of the service.
    pub service: String,
    /// Cause of the failures.
    pub cause: RequestFailure,
    /// Number of the requests.
    pub count: u64,
    /// Time of the first request, since the start.
    pub first: Duration,
    /// Time of the last request, since the start.
    pub last: Duration,
    /// ARNs of the tasks that the requests went to.
    pub tasks: BTreeSet<String>,
}

/// Returns the failed requests of a history, by service and cause.
pub fn failed_requests(history: &[Entry]) -> Vec<FailedRequests> {
    let mut traffic = Traffic::default();
    for Entry { at, fact } in history {
        traffic.record(*at, fact);
    }
    let end = history.last().map_or(Duration::ZERO, |entry| entry.at).as_nanos();
    let mut found: BTreeMap<(&str, RequestFailure), FailedRequests> = BTreeMap::new();
    for (service, requests) in &traffic.0 {
        requests.failures(end, &mut |number, count, target| {
            let cause = match target {
                None => RequestFailure::NoTarget,
                Some((_, target)) if target.is_gone => RequestFailure::ProcessGone,
                Some(_) => RequestFailure::CutOff,
            };
            let at = |number| duration(requests.arrivals.at(number));
            let failed = found.entry((service, cause)).or_insert_with(|| FailedRequests {
                service: service.clone(),
                cause,
                count: 0,
                first: at(number),
                last: at(number),
                tasks: BTreeSet::new(),
            });
            failed.count += count;
            failed.first = failed.first.min(at(number));
            failed.last = failed.last.max(at(number + count - 1));
            failed.tasks.extend(target.map(|(task, _)| task.to_owned()));
        });
    }
    found.into_values().collect()
}

fn duration(nanos: u128) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// The services that get requests, by ARN.
#[derive(Default)]
pub(super) struct Traffic(BTreeMap<String, ServiceTraffic>);

struct ServiceTraffic {
    arrivals: Arrivals,
    /// Targets by the ARN of their task.
    targets: BTreeMap<String, Target>,
}

/// State of a target at its load balancer, and the time of its last answer; all in nanoseconds since the start.
#[derive(Debug, Clone, Copy)]
struct Target {
    /// Time of the first request to the target.
    from: u128,
    /// Time from which the target gets no new requests.
    until: Option<u128>,
    /// Time at which the requests in flight were cut off.
    cut: Option<u128>,
    /// True if the end of the target's process cut the requests off.
    is_gone: bool,
}

/// Receiver of failed requests: the number of the first, their count, and the target with its task.
type FailureReport<'a> = dyn FnMut(u64, u64, Option<(&str, &Target)>) + 'a;

/// Requests at even distances. The number of a request determines everything about it.
struct Arrivals {
    per_second: u128,
    first: u128,
    response_time: Range<u64>,
    seed: u64,
}

impl Traffic {
    pub(super) fn record(&mut self, at: Duration, fact: &Fact) {
        match fact {
            Fact::Traffic { service, traffic, seed } => {
                let arrivals = Arrivals::new(traffic, *seed);
                self.0
                    .insert(service.clone(), ServiceTraffic { arrivals, targets: BTreeMap::new() });
            }
            Fact::Target { service, task, change } => {
                if let Some(service) = self.0.get_mut(service) {
                    service.changes(at, &task.arn, change);
                }
            }
            _ => {}
        }
    }

    /// Returns the counts of all requests that came before the end of the run; none if no service got requests.
    pub(super) fn until(&self, end: Duration) -> Option<Requests> {
        let of_services = self.0.values().map(|service| service.until(end.as_nanos()));
        of_services.reduce(Requests::and)
    }
}

impl Requests {
    fn and(self, other: Self) -> Self {
        Self { served: self.served + other.served, failed: self.failed + other.failed }
    }
}

impl ServiceTraffic {
    fn changes(&mut self, at: Duration, task: &str, change: &TargetChange) {
        let after = |length: &Duration| (at + *length).as_nanos();
        if *change == TargetChange::Healthy {
            let target = Target { from: at.as_nanos(), until: None, cut: None, is_gone: false };
            self.targets.insert(task.to_owned(), target);
            return;
        }
        // A task that stops before it is healthy got no request.
        let Some(target) = self.targets.get_mut(task) else { return };
        let (until, cut) = match change {
            TargetChange::Healthy => return,
            TargetChange::Draining { no_new_after, cut_off_after } => {
                (after(no_new_after), cut_off_after.as_ref().map(after))
            }
            TargetChange::Gone { unhealthy_after } => (after(unhealthy_after), Some(at.as_nanos())),
        };
        if matches!(change, TargetChange::Gone { .. }) && target.cut.is_none_or(|it| cut < Some(it))
        {
            target.is_gone = true;
        }
        target.until = earlier(target.until, Some(until));
        target.cut = earlier(target.cut, cut);
    }

    fn until(&self, end: u128) -> Requests {
        let between = |pair: &[u128]| self.between(pair[0]..pair[1], end, &mut |_, _, _| ());
        self.moments(end).windows(2).map(between).fold(Requests::default(), Requests::and)
    }

    /// Calls `report` for each failed request, or once for several. The arguments are the number of the first, their
    /// count, and the target.
    fn failures(&self, end: u128, report: &mut FailureReport<'_>) {
        for pair in self.moments(end).windows(2) {
            self.between(pair[0]..pair[1], end, report);
        }
    }

    /// Returns the moments at which the targets in service change, from the start to the end.
    fn moments(&self, end: u128) -> Vec<u128> {
        let changes = self.targets.values().flat_map(|target| [Some(target.from), target.until]);
        let changes = changes.flatten().filter(|at| *at < end);
        BTreeSet::from_iter(changes.chain([0, end])).into_iter().collect()
    }

    /// Returns the counts of the requests that came while the targets in service were the same.
    fn between(&self, time: Range<u128>, end: u128, report: &mut FailureReport<'_>) -> Requests {
        let numbers = self.arrivals.before(time.start)..self.arrivals.before(time.end);
        let came = numbers.end - numbers.start;
        let in_service = self.in_service(time.start);
        if in_service.is_empty() {
            if came > 0 {
                report(numbers.start, came, None);
            }
            return Requests { served: 0, failed: came };
        }
        let mut counted = Requests { served: came, failed: 0 };
        for (place, (task, target)) in in_service.iter().enumerate() {
            for number in self.at_risk(target, &numbers, end, (place, in_service.len())) {
                let answered = self.arrivals.at(number) + self.arrivals.takes(number);
                let cut = target.cut.filter(|cut| *cut <= end);
                let fails = cut.is_some_and(|cut| answered > cut);
                if fails {
                    report(number, 1, Some((task, target)));
                }
                counted.failed += u64::from(fails);
                counted.served -= u64::from(fails || answered > end);
            }
        }
        counted
    }

    /// Returns the targets that get new requests at this time, in order of their first request.
    fn in_service(&self, at: u128) -> Vec<(&str, Target)> {
        let gets = |target: &Target| target.from <= at && target.until.is_none_or(|it| at < it);
        let targets = self.targets.iter().filter(|(_, target)| gets(target));
        let mut targets: Vec<_> = targets.map(|(task, target)| (&**task, *target)).collect();
        targets.sort_by_key(|(_, target)| target.from);
        targets
    }

    /// Returns the numbers of a target's requests that could be in flight at the cut-off, or at the end of the run.
    fn at_risk(
        &self,
        target: &Target,
        numbers: &Range<u64>,
        end: u128,
        (place, of): (usize, usize),
    ) -> impl Iterator<Item = u64> {
        let longest = u128::from(self.arrivals.response_time.end);
        let last = target.cut.map_or(end, |cut| cut.min(end)).saturating_sub(longest);
        let from = self.arrivals.before(last).max(numbers.start);
        let (place, of) = (place as u64, of as u64);
        let turn = from + (place + of - from % of) % of;
        (turn..numbers.end).step_by(usize::try_from(of).unwrap_or(usize::MAX))
    }
}

fn earlier(one: Option<u128>, other: Option<u128>) -> Option<u128> {
    one.into_iter().chain(other).min()
}

impl Arrivals {
    fn new(traffic: &TrafficSpec, seed: u64) -> Self {
        let per_second = u128::from(traffic.requests_per_second.max(1));
        let Range { start, end } = &traffic.target_response_time.0;
        let nanos = |length: &Duration| u64::try_from(length.as_nanos()).unwrap_or(u64::MAX);
        Self {
            per_second,
            first: u128::from(fastrand::Rng::with_seed(seed).u64(..))
                % (SECOND / per_second).max(1),
            response_time: nanos(start)..nanos(end),
            seed,
        }
    }

    /// Returns the time at which a request comes.
    fn at(&self, number: u64) -> u128 {
        self.first + u128::from(number) * SECOND / self.per_second
    }

    /// Returns the number of requests that come before this time.
    fn before(&self, at: u128) -> u64 {
        let number = (at.saturating_sub(self.first) * self.per_second).div_ceil(SECOND);
        u64::try_from(number).unwrap_or(u64::MAX)
    }

    /// Returns the time that a target takes to answer the request.
    fn takes(&self, number: u64) -> u128 {
        let Range { start, end } = self.response_time;
        let more = fastrand::Rng::with_seed(self.seed.wrapping_add(number)).u64(0..=end - start);
        u128::from(start + more)
    }
}

#[cfg(test)]
mod tests;
