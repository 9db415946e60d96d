//! Start times of launches and terminations: DescribeScalingActivities.
//!
//! An activity names its instance in its description only. ebb reads [`ACTIVITY_PAGES`] pages at most, and does not know older
//! activities.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::Activities;
use jiff::Timestamp;

use super::conversion::timestamp;
use crate::fault::Fault;
use crate::limits::{ACTIVITIES_PER_PAGE, ACTIVITY_PAGES, OLDEST_LAUNCH};

/// Returns the latest launch and termination of instances of one group, by instance id.
///
/// # Errors
///
/// The fault of the page that failed.
pub async fn describe(
    autoscaling: &Client,
    group: &str,
    ids: &[String],
    now: Timestamp,
) -> Result<BTreeMap<String, Activities>, Fault> {
    let call = autoscaling.describe_scaling_activities().auto_scaling_group_name(group);
    let mut pages = call.max_records(ACTIVITIES_PER_PAGE).into_paginator().send();
    let mut search = ActivitySearch::new(ids);
    for _ in 0..ACTIVITY_PAGES {
        let Some(page) = pages.next().await else { break };
        let doing = format!("describing scaling activities of group {group}");
        let page = page.map_err(|error| Fault::new(doing, &error))?;
        page.activities().iter().for_each(|activity| search.add(activity));
        if search.is_complete(now) {
            break;
        }
    }
    Ok(search.found)
}

struct ActivitySearch {
    found: BTreeMap<String, Activities>,
    oldest: Option<Timestamp>,
}

impl ActivitySearch {
    fn new(ids: &[String]) -> Self {
        let found = ids.iter().map(|id| (id.clone(), Activities::default())).collect();
        Self { found, oldest: None }
    }

    /// Adds the next older activity.
    ///
    /// An activity before the latest launch of its instance is ignored: it belongs to a life before the warm pool.
    fn add(&mut self, activity: &types::Activity) {
        let (Some(text), Some(at)) =
            (activity.description(), activity.start_time().and_then(timestamp))
        else {
            return;
        };
        self.oldest = Some(at);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let Some(id) = words.into_iter().find(|word| self.found.contains_key(*word)) else {
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

    /// Returns true if no older activity can add anything that a rule needs.
    fn is_complete(&self, now: Timestamp) -> bool {
        let is_far_back =
            self.oldest.is_some_and(|at| now.duration_since(at).unsigned_abs() > OLDEST_LAUNCH);
        self.found.values().all(|seen| {
            seen.launched_at.is_some() || (is_far_back && seen.terminating_since.is_some())
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
    fn latest_launch_and_termination_are_found_by_description() {
        let mut search = ActivitySearch::new(&["i-1".to_owned()]);

        search.add(&activity("Terminating EC2 instance: i-1", 900));
        search.add(&activity("Launching a new EC2 instance: i-12", 850));
        search.add(&activity("Launching a new EC2 instance: i-1", 800));
        search.add(&activity("Terminating EC2 instance: i-1", 100));

        let found = Activities { launched_at: at(800), terminating_since: at(900) };
        assert_eq!(search.found["i-1"], found);
        assert!(search.is_complete(at(900).unwrap()));
    }

    #[test]
    fn search_ends_at_activities_older_than_an_hour() {
        let mut search = ActivitySearch::new(&["i-1".to_owned()]);
        search.add(&activity("Terminating EC2 instance: i-1", 9000));
        assert!(!search.is_complete(at(9001).unwrap()));

        search.add(&activity("Launching a new EC2 instance: i-2", 5000));

        assert!(search.is_complete(at(9001).unwrap()));
    }
}
