//! Auto Scaling's notifications: events on the bus, and messages to the notification target of a hook.

use serde_json::{Value, json};

use super::action::Action;
use super::activity_kind::ActivityKind;
use super::group::Member;
use crate::eventbridge::BusEvent;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{HookSpec, HookTransition};
use crate::world::World;

impl World {
    /// Publishes the event of a hook that holds an instance. Sends the hook's message to its notification target.
    pub(super) fn publish_lifecycle_action(
        &mut self,
        ec2_instance: &str,
        hook: &HookSpec,
        action: &Action,
    ) {
        let Some(group) = self.autoscaling.group_of(ec2_instance) else { return };
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        let arn = group.arn.clone();
        let detail = lifecycle_detail(ec2_instance, member, hook, action);
        // Without a responder nothing is deployed, and the notification would have no reader.
        if let Some(queue) = hook.notifies.as_ref().filter(|queue| self.has_queue(queue)) {
            let request = self.random.uuid(&format!("notification/{ec2_instance}"));
            let body = direct_notification(&detail, &format!("{:.3}", self.now()), &request);
            self.send_message(queue, body.to_string());
        }
        self.announce(BusEvent {
            source: "aws.autoscaling",
            detail_type: match hook.transition {
                HookTransition::Terminating => "EC2 Instance-terminate Lifecycle Action",
                HookTransition::Launching => "EC2 Instance-launch Lifecycle Action",
            },
            resources: vec![arn],
            detail,
            about: ec2_instance.to_owned(),
        });
    }

    /// Publishes the end of a launch or termination (Auto Scaling user guide, ec2-auto-scaling-event-reference). No page
    /// has an event for the end of a root volume replacement.
    pub(super) fn publish_activity_end(
        &mut self,
        ec2_instance: &str,
        doing: ActivityKind,
        successful: bool,
    ) {
        let Some(group) = self.autoscaling.group_of(ec2_instance) else { return };
        let Some(member) = self.autoscaling.members.get(ec2_instance) else { return };
        let Some(activity) = self.activity(ec2_instance) else { return };
        let end = activity.end.unwrap_or_else(|| self.now());
        let detail = json!({
            "StatusCode": if successful { "InProgress" } else { "Cancelled" },
            "Description": activity.description,
            "AutoScalingGroupName": group.spec.name,
            "ActivityId": activity.id,
            "Details": { "Availability Zone": activity.zone, "Subnet ID": "subnet-0a1b2c3d4e5f60718" },
            "RequestId": activity.id,
            "StatusMessage": "",
            "EndTime": format!("{end:.3}"),
            "EC2InstanceId": ec2_instance,
            "StartTime": format!("{:.3}", activity.start),
            "Cause": activity.cause,
            "Origin": member.origin.name(),
            "Destination": member.destination.name(),
        });
        let instance = format!("arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{ec2_instance}");
        let resources = vec![group.arn.clone(), instance];
        let detail_type = match (doing, successful) {
            (ActivityKind::Launching, true) => "EC2 Instance Launch Successful",
            (ActivityKind::Launching, false) => "EC2 Instance Launch Unsuccessful",
            (ActivityKind::Terminating, true) => "EC2 Instance Terminate Successful",
            (ActivityKind::Terminating, false) => "EC2 Instance Terminate Unsuccessful",
            (ActivityKind::ReplacingRootVolume, _) => return,
        };
        let about = ec2_instance.to_owned();
        self.announce(BusEvent {
            source: "aws.autoscaling",
            detail_type,
            resources,
            detail,
            about,
        });
    }

    /// Publishes the start or end of an instance refresh (Auto Scaling user guide, ec2-auto-scaling-event-reference).
    pub(super) fn publish_refresh(
        &mut self,
        group: &str,
        refresh: &str,
        detail_type: &'static str,
    ) {
        let Some(found) = self.autoscaling.groups.get(group) else { return };
        self.announce(BusEvent {
            source: "aws.autoscaling",
            detail_type,
            resources: vec![found.arn.clone()],
            detail: json!({ "InstanceRefreshId": refresh, "AutoScalingGroupName": group }),
            about: group.to_owned(),
        });
    }
}

/// Returns the detail of a lifecycle event (Auto Scaling user guide, ec2-auto-scaling-event-reference). Groups without
/// a warm pool now send `Origin` and `Destination` too. During a root volume replacement the events of both hooks have
/// the field `Action` (instance-refresh-eventbridge-events).
fn lifecycle_detail(
    ec2_instance: &str,
    member: &Member,
    hook: &HookSpec,
    action: &Action,
) -> Value {
    let mut detail = json!({
        "LifecycleActionToken": action.token,
        "AutoScalingGroupName": member.group,
        "LifecycleHookName": hook.name,
        "EC2InstanceId": ec2_instance,
        "LifecycleTransition": transition_name(hook.transition),
        "Origin": member.origin.name(),
        "Destination": member.destination.name(),
    });
    if let Some(metadata) = &hook.metadata {
        detail["NotificationMetadata"] = json!(metadata);
    }
    if member.root_volume.is_some() {
        detail["Action"] = json!("ReplaceRootVolume");
    }
    detail
}

/// Returns the message that a hook with a notification target sends to its queue. It holds the fields of the event's
/// detail, flat, and no `detail-type` (Auto Scaling user guide, prepare-for-lifecycle-notifications).
fn direct_notification(detail: &Value, time: &str, request: &str) -> Value {
    let mut body = detail.clone();
    body["Service"] = json!("AWS Auto Scaling");
    body["Time"] = json!(time);
    body["RequestId"] = json!(request);
    body["AccountId"] = json!(ACCOUNT);
    body
}

/// Returns `LifecycleTransition` (API reference, LifecycleHook).
pub(super) fn transition_name(transition: HookTransition) -> &'static str {
    match transition {
        HookTransition::Terminating => "autoscaling:EC2_INSTANCE_TERMINATING",
        HookTransition::Launching => "autoscaling:EC2_INSTANCE_LAUNCHING",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direct_notification_is_flat_and_has_no_detail_type() {
        let detail = json!({ "EC2InstanceId": "i-1", "LifecycleActionToken": "t" });

        let body = direct_notification(&detail, "2026-03-02T09:00:00Z", "r");

        assert_eq!(
            body,
            json!({
                "Service": "AWS Auto Scaling", "Time": "2026-03-02T09:00:00Z", "RequestId": "r",
                "AccountId": ACCOUNT, "EC2InstanceId": "i-1", "LifecycleActionToken": "t",
            })
        );
    }
}
