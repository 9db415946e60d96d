//! EC2's warnings: Spot interruption warnings, rebalance recommendations, AWS Health scheduled changes.
//!
//! A Health event is only announced. The change itself, days or weeks later, is not carried out.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::Ec2Event;
use crate::eventbridge::BusEvent;
use crate::history::Fact;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{Length, SpotAction};
use crate::world::{World, WorldEvent};

/// A Spot Instance is interrupted two minutes after its warning (EC2 user guide, spot-instance-termination-notices).
const SPOT_WARNING: Duration = Duration::from_secs(120);

/// Operations for the script.
impl World {
    /// Sends a Spot interruption warning, and plans the interruption. An instance without power gets no warning.
    pub(crate) fn interrupt_spot_instance(&mut self, ec2_instance: &str, action: SpotAction) {
        if !self.ec2.is_up(ec2_instance) {
            return;
        }
        self.note_warning(ec2_instance, format!("Spot interruption ({})", name(action)));
        self.announce(interruption_warning(ec2_instance, self.zone(ec2_instance), action));
        self.host_begins_to_leave(ec2_instance);
        self.managed_draining_reacts_to_spot(ec2_instance);
        self.spot_interruption_begins(ec2_instance);
        // The warning comes "not two minutes in advance, because the hibernation process begins immediately" (EC2 user guide,
        // spot-instance-termination-notices).
        let delay = if action == SpotAction::Hibernate { Duration::ZERO } else { SPOT_WARNING };
        let instance = ec2_instance.to_owned();
        self.after(delay, WorldEvent::Ec2(Ec2Event::SpotTakes { instance, action }));
    }

    /// Sends an EC2 instance rebalance recommendation. An instance without power gets no recommendation.
    pub(crate) fn recommend_rebalance(&mut self, ec2_instance: &str) {
        if !self.ec2.is_up(ec2_instance) {
            return;
        }
        self.note_warning(ec2_instance, "rebalance recommendation".to_owned());
        // EC2 user guide, rebalance-recommendations.
        self.announce(BusEvent {
            source: "aws.ec2",
            detail_type: "EC2 Instance Rebalance Recommendation",
            resources: vec![format!("arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{ec2_instance}")],
            detail: json!({ "instance-id": ec2_instance }),
            about: ec2_instance.to_owned(),
        });
        self.rebalance_recommended(ec2_instance);
    }

    /// Sends an AWS Health event of the category `scheduledChange` about instances.
    pub(crate) fn schedule_change(&mut self, instances: &[String], code: &str, starts_in: Length) {
        let ahead = SignedDuration::try_from(starts_in.0).unwrap_or_default();
        let starts = rfc_1123(self.now() + ahead);
        for id in instances {
            self.note_warning(id, format!("AWS Health scheduled change ({code}), from {starts}"));
        }
        let communication = self.random.hex("health", 40);
        self.announce(scheduled_change(instances, code, &starts, &communication));
    }

    fn note_warning(&mut self, ec2_instance: &str, notice: String) {
        self.note(Fact::Notice { ec2_instance: ec2_instance.to_owned(), notice });
    }

    fn zone(&self, ec2_instance: &str) -> &'static str {
        self.ec2.get(ec2_instance).map_or(crate::region::ZONES[0], |instance| instance.zone)
    }
}

/// Interrupts the Spot Instance now.
pub(super) fn interrupt(world: &mut World, ec2_instance: &str, action: SpotAction) {
    match action {
        SpotAction::Terminate => world.terminate_instance(ec2_instance),
        SpotAction::Stop | SpotAction::Hibernate => world.stop_instance(ec2_instance),
    }
}

fn name(action: SpotAction) -> &'static str {
    match action {
        SpotAction::Terminate => "terminate",
        SpotAction::Stop => "stop",
        SpotAction::Hibernate => "hibernate",
    }
}

/// Returns the event of a Spot interruption warning. Its ARN names the Availability Zone and no account: "This format
/// differs from the EC2 resource ARN format" (EC2 user guide, spot-instance-termination-notices).
fn interruption_warning(ec2_instance: &str, zone: &str, action: SpotAction) -> BusEvent {
    BusEvent {
        source: "aws.ec2",
        detail_type: "EC2 Spot Instance Interruption Warning",
        resources: vec![format!("arn:aws:ec2:{zone}:instance/{ec2_instance}")],
        detail: json!({ "instance-id": ec2_instance, "instance-action": name(action) }),
        about: ec2_instance.to_owned(),
    }
}

/// Returns the event of a scheduled change. Its numbers and booleans are strings, and its resources are bare ids (AWS
/// Health user guide, aws-health-events-eventbridge-schema).
fn scheduled_change(
    instances: &[String],
    code: &str,
    starts: &str,
    communication: &str,
) -> BusEvent {
    let entities: Vec<_> = instances.iter().map(|id| json!({ "entityValue": id })).collect();
    BusEvent {
        source: "aws.health",
        detail_type: "AWS Health Event",
        resources: instances.to_vec(),
        detail: json!({
            "eventArn": format!("arn:aws:health:{REGION}::event/EC2/{code}/{code}_{communication}"),
            "service": "EC2",
            "eventTypeCode": code,
            "eventTypeCategory": "scheduledChange",
            "eventScopeCode": "ACCOUNT_SPECIFIC",
            "communicationId": format!("{communication}-1"),
            "startTime": starts,
            "statusCode": "upcoming",
            "eventRegion": REGION,
            "eventDescription": [{
                "language": "en_US",
                "latestDescription": "EC2 has a change scheduled for these instances.",
            }],
            "affectedEntities": entities,
            "affectedAccount": ACCOUNT,
            "page": "1",
            "totalPages": "1",
            "backupEvent": "false",
        }),
        about: instances.join(", "),
    }
}

fn rfc_1123(time: Timestamp) -> String {
    time.strftime("%a, %-d %b %Y %H:%M:%S GMT").to_string()
}
