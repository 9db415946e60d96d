//! When instances were launched and their termination begun: DescribeScalingActivities.
//!
//! An activity names its instance in its description only. Left out: activities further back than a few pages, which
//! means that nothing is known of them.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::Activities;
use jiff::Timestamp;

use super::moment;
use crate::fault::Fault;

/// API reference, DescribeScalingActivities.
const ACTIVITIES_IN_A_PAGE: i32 = 100;
/// How far back is read: activities come newest first, and a group that changes 300 instances within the time of one
/// drain has our attribute to tell its starts.
const PAGES: usize = 3;
/// A launch further back than this matters to no rule: an instance has joined its cluster by then, or never will.
const OLD_LAUNCH: Duration = Duration::from_secs(3600);

/// The latest launch and termination of instances of one group, by their ids.
///
/// # Errors
///
/// The fault of the page that was not answered.
pub async fn describe(
    autoscaling: &Client,
    group: &str,
    ids: &[String],
    now: Timestamp,
) -> Result<BTreeMap<String, Activities>, Fault> {
    let call = autoscaling.describe_scaling_activities().auto_scaling_group_name(group);
    let mut pages = call.max_records(ACTIVITIES_IN_A_PAGE).into_paginator().send();
    let mut search = ActivitySearch::new(ids);
    for _ in 0..PAGES {
        let Some(page) = pages.next().await else { break };
        let doing = format!("describing scaling activities of group {group}");
        let page = page.map_err(|error| Fault::new(doing, &error))?;
        page.activities().iter().for_each(|activity| search.visit(activity));
        if search.is_over(now) {
            break;
        }
    }
    Ok(search.found)
}

struct ActivitySearch {
    found: BTreeMap<String, Activities>,
    back_to: Option<Timestamp>,
}

impl ActivitySearch {
    fn new(ids: &[String]) -> Self {
        let found = ids.iter().map(|id| (id.clone(), Activities::default())).collect();
        Self { found, back_to: None }
    }

    /// Takes the next older activity. What is older than an instance's latest launch belongs to an earlier life of it,
    /// before it was in the warm pool.
    fn visit(&mut self, it: &types::Activity) {
        let (Some(text), Some(at)) = (it.description(), it.start_time().and_then(moment)) else {
            return;
        };
        self.back_to = Some(at);
        let named = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let Some(id) = named.into_iter().find(|word| self.found.contains_key(*word)) else {
            return;
        };
        let Some(seen) = self.found.get_mut(id).filter(|seen| seen.launched_at.is_none()) else {
            return;
        };
        if text.starts_with("Launching") {
            seen.launched_at = Some(at);
        } else {
            seen.terminating_since = seen.terminating_since.or(Some(at));
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        let far_back =
            self.back_to.is_some_and(|at| now.duration_since(at).unsigned_abs() > OLD_LAUNCH);
        self.found.values().all(|seen| {
            seen.launched_at.is_some() || (far_back && seen.terminating_since.is_some())
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn activity(description: &str, second: i64) -> types::Activity {
        types::Activity::builder()
            .description(description)
            .start_time(DateTime::from_secs(second))
            .build()
    }

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    #[test]
    fn the_latest_launch_and_termination_are_told_by_description() {
        let mut search = ActivitySearch::new(&["i-1".to_owned()]);

        search.visit(&activity("Terminating EC2 instance: i-1", 900));
        search.visit(&activity("Launching a new EC2 instance: i-12", 850));
        search.visit(&activity("Launching a new EC2 instance: i-1", 800));
        search.visit(&activity("Terminating EC2 instance: i-1", 100));

        let found = Activities { launched_at: at(800), terminating_since: at(900) };
        assert_eq!(search.found["i-1"], found);
        assert!(search.is_over(at(900).unwrap()));
    }

    #[test]
    fn a_launch_of_long_ago_is_not_searched_for() {
        let mut search = ActivitySearch::new(&["i-1".to_owned()]);
        search.visit(&activity("Terminating EC2 instance: i-1", 9000));
        assert!(!search.is_over(at(9001).unwrap()));

        search.visit(&activity("Launching a new EC2 instance: i-2", 5000));

        assert!(search.is_over(at(9001).unwrap()));
    }
}
