//! DescribeScalingActivities.

use crate::api::Refusal;
use crate::autoscaling::Group;
use crate::autoscaling::activity::Activity;
use crate::query_protocol::{Parameters, Xml};
use crate::world::World;

/// Returns the scaling activities of one group or of all groups, the latest first. A page has at most 100 (API
/// reference, DescribeScalingActivities).
pub(super) fn describe(world: &World, given: &Parameters<'_>) -> Result<String, Refusal> {
    given.only(&[
        "ActivityIds",
        "AutoScalingGroupName",
        "IncludeDeletedGroups",
        "MaxRecords",
        "NextToken",
    ])?;
    let groups: Vec<&Group> = match given.text("AutoScalingGroupName") {
        Some(name) => vec![super::description::group(world, name)?],
        None => world.autoscaling.groups.values().collect(),
    };
    let ids = given.list("ActivityIds");
    let asked = |activity: &Activity| ids.is_empty() || ids.contains(&activity.id.as_str());
    let mut found: Vec<_> = groups
        .iter()
        .flat_map(|group| group.activities.iter().rev().map(|activity| (*group, activity)))
        .filter(|(_, activity)| asked(activity))
        .collect();
    found.sort_by_key(|(_, activity)| std::cmp::Reverse(activity.start));
    let (page, next) = given.page(found, 100, 100)?;
    Ok(Xml::build(|xml| {
        xml.list("Activities", page, |xml, (group, activity)| write(xml, group, activity));
        xml.maybe("NextToken", next);
    }))
}

/// Writes an activity (API reference, Activity).
fn write(xml: &mut Xml, group: &Group, activity: &Activity) {
    write_at(xml, group, activity, activity.progress());
}

/// Writes an activity that has just begun: `InProgress`, at 0 percent (API reference,
/// TerminateInstanceInAutoScalingGroup, sample response).
pub(super) fn write_begun(xml: &mut Xml, group: &Group, activity: &Activity) {
    write_at(xml, group, &activity.at_its_start(), 0);
}

fn write_at(xml: &mut Xml, group: &Group, activity: &Activity, progress: u8) {
    xml.text("ActivityId", &activity.id);
    xml.text("AutoScalingGroupName", &group.spec.name);
    xml.text("Description", &activity.description);
    xml.text("Cause", &activity.cause);
    xml.text("StartTime", format!("{:.3}", activity.start));
    xml.maybe("EndTime", activity.end.map(|end| format!("{end:.3}")));
    xml.text("StatusCode", activity.status);
    xml.text("Progress", progress);
    xml.text("Details", format!(r#"{{"Availability Zone":"{}"}}"#, activity.zone));
    xml.text("AutoScalingGroupARN", &group.arn);
}
