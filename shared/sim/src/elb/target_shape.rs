//! A target and its health in AWS's XML.

use crate::ecs::GroupTarget;
use crate::query_protocol::Xml;

/// Writes the description of a target's health.
pub(super) fn write_target(xml: &mut Xml, target: &GroupTarget) {
    xml.element("Target", |xml| {
        xml.text("Id", &target.id);
        xml.text("Port", target.port);
    });
    xml.text("HealthCheckPort", target.port);
    xml.element("TargetHealth", |xml| {
        xml.text("State", target.state);
        xml.maybe("Reason", target.reason);
        xml.maybe("Description", target.reason.map(description));
    });
}

/// Returns the description of a reason (API reference, TargetHealth).
fn description(reason: &str) -> &'static str {
    match reason {
        "Target.NotRegistered" => "Target is not registered to the target group",
        "Target.DeregistrationInProgress" => "Target deregistration is in progress",
        "Elb.InitialHealthChecking" => "Initial health checks in progress",
        _ => "Health checks failed",
    }
}
