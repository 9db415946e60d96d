//! Scaling activities: Auto Scaling's changes of a group, with time and cause (API reference, Activity).

use jiff::Timestamp;

use super::activity_kind::ActivityKind;
use super::cause::Cause;
use crate::world::World;

/// A scaling activity.
#[derive(Debug, Clone)]
pub(super) struct Activity {
    pub id: String,
    pub description: String,
    pub cause: String,
    pub start: Timestamp,
    pub end: Option<Timestamp>,
    /// `StatusCode`: `InProgress`, `MidLifecycleAction`, `WaitingForELBConnectionDraining`, `Successful`, `Cancelled`.
    pub status: &'static str,
    pub zone: &'static str,
}

impl Activity {
    /// Returns the activity as it was when it began.
    pub fn at_its_start(&self) -> Self {
        Self { status: "InProgress", end: None, ..self.clone() }
    }

    /// Returns the progress in percent that the status implies.
    pub fn progress(&self) -> u8 {
        match self.status {
            "Successful" | "Cancelled" => 100,
            "MidLifecycleAction" => 60,
            _ => 30,
        }
    }
}

impl World {
    /// Begins a scaling activity for an instance.
    pub(super) fn start_activity(
        &mut self,
        ec2_instance: &str,
        doing: ActivityKind,
        cause: &Cause,
    ) {
        let now = self.now();
        self.add_activity(ec2_instance, doing, cause, now);
    }

    /// Adds the launch of an instance that was in the group before the world began.
    pub(super) fn past_launch(&mut self, ec2_instance: &str, at: Timestamp, instances: usize) {
        self.add_activity(ec2_instance, ActivityKind::Launching, &Cause::Created { instances }, at);
        self.activity_is(ec2_instance, "Successful");
        if let Some(activity) = self.activity_mut(ec2_instance) {
            activity.end = Some(at);
        }
    }

    fn add_activity(
        &mut self,
        ec2_instance: &str,
        doing: ActivityKind,
        cause: &Cause,
        start: Timestamp,
    ) {
        let id = self.random.uuid(&format!("activity/{ec2_instance}"));
        let zone = self.ec2.get(ec2_instance).map_or("", |instance| instance.zone);
        let Some(member) = self.autoscaling.members.get_mut(ec2_instance) else { return };
        let Some(group) = self.autoscaling.groups.get_mut(&member.group) else { return };
        member.activity = group.activities.len();
        // The wording of both is Auto Scaling's own (Auto Scaling user guide,
        // ec2-auto-scaling-verify-scaling-activity).
        let description = match doing {
            ActivityKind::Launching => format!("Launching a new EC2 instance: {ec2_instance}"),
            ActivityKind::Terminating => format!("Terminating EC2 instance: {ec2_instance}"),
            // No page shows the text of this activity.
            ActivityKind::ReplacingRootVolume => {
                format!("Replacing root volume of EC2 instance: {ec2_instance}")
            }
        };
        group.activities.push(Activity {
            id,
            description,
            cause: cause.text(start, doing, ec2_instance),
            start,
            end: None,
            status: "InProgress",
            zone,
        });
    }

    /// Gives the activity of an instance a status. A final status ends the activity.
    pub(super) fn activity_is(&mut self, ec2_instance: &str, status: &'static str) {
        let now = self.now();
        let Some(activity) = self.activity_mut(ec2_instance) else { return };
        activity.status = status;
        if matches!(status, "Successful" | "Cancelled") {
            activity.end = Some(now);
        }
    }

    pub(super) fn activity(&self, ec2_instance: &str) -> Option<&Activity> {
        let member = self.autoscaling.members.get(ec2_instance)?;
        self.autoscaling.groups.get(&member.group)?.activities.get(member.activity)
    }

    fn activity_mut(&mut self, ec2_instance: &str) -> Option<&mut Activity> {
        let member = self.autoscaling.members.get(ec2_instance)?;
        self.autoscaling.groups.get_mut(&member.group)?.activities.get_mut(member.activity)
    }
}
