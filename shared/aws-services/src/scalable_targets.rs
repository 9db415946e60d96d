//! Scalable targets of Application Auto Scaling, and their scheduled actions.

use aws::fault::Fault;
use aws_config::SdkConfig;
use serde_json::{Value, json};
use service::observation::{ObservedScalableTarget, ObservedScheduledAction, SuspendedScaling};

use crate::faults::sorted;
use crate::limits::SCALING_ITEMS_PER_PAGE;
use crate::signed_calls::{Protocol, SignedClient, SignedService};

const APPLICATION_AUTO_SCALING: SignedService = SignedService {
    name: "application-autoscaling",
    id: "Application Auto Scaling",
    protocol: Protocol::Json("AnyScaleFrontendService"),
};

/// A client of the scalable targets of ECS services.
#[derive(Debug, Clone)]
pub struct ScalableTargets(SignedClient);

impl ScalableTargets {
    /// Creates a client.
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self(SignedClient::new(config, APPLICATION_AUTO_SCALING))
    }

    /// Returns the scalable target of a service, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn describe(
        &self,
        cluster: &str,
        service: &str,
    ) -> Result<Option<ObservedScalableTarget>, Fault> {
        let doing = || format!("describing the scalable target of service {service}");
        let mut input = named(cluster, service);
        input["ResourceIds"] = json!([input["ResourceId"]]);
        input.as_object_mut().map(|it| it.remove("ResourceId"));
        let answer = self.0.call_json("DescribeScalableTargets", &input).await;
        let answer = answer.map_err(|error| sorted(doing(), &error))?;
        match answer["ScalableTargets"].as_array().map(Vec::as_slice) {
            Some([]) => Ok(None),
            Some([target, ..]) => scalable_target(target).map(Some),
            None => Err(Fault::Busy(format!("{}: the answer has no list", doing()))),
        }
    }

    /// Returns the scheduled actions of a service.
    ///
    /// # Errors
    ///
    /// The fault of the first page that was not answered.
    pub async fn scheduled_actions(
        &self,
        cluster: &str,
        service: &str,
    ) -> Result<Vec<ObservedScheduledAction>, Fault> {
        let mut found = Vec::new();
        let mut input = named(cluster, service);
        input["MaxResults"] = SCALING_ITEMS_PER_PAGE.into();
        loop {
            let answer = self.0.call_json("DescribeScheduledActions", &input).await;
            let answer = answer.map_err(|error| {
                sorted(format!("describing the scheduled actions of service {service}"), &error)
            })?;
            let page = answer["ScheduledActions"].as_array().into_iter().flatten();
            found.extend(page.filter_map(scheduled_action));
            match answer["NextToken"].as_str() {
                Some(token) => input["NextToken"] = token.into(),
                None => return Ok(found),
            }
        }
    }

    /// Sets the bounds and the three flags of the scalable target of a service. The call moves a desired count outside the
    /// bounds into them (Application Auto Scaling API reference, RegisterScalableTarget).
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn register(
        &self,
        cluster: &str,
        service: &str,
        target: ObservedScalableTarget,
    ) -> Result<(), Fault> {
        let mut input = named(cluster, service);
        input["MinCapacity"] = target.min.into();
        input["MaxCapacity"] = target.max.into();
        input["SuspendedState"] = json!({
            "DynamicScalingInSuspended": target.suspended.scale_in,
            "DynamicScalingOutSuspended": target.suspended.scale_out,
            "ScheduledScalingSuspended": target.suspended.scheduled,
        });
        let answer = self.0.call_json("RegisterScalableTarget", &input).await;
        answer.map(|_| ()).map_err(|error| {
            sorted(format!("setting the scalable target of service {service}"), &error)
        })
    }
}

/// Returns the parameters that name the scalable target of a service (Application Auto Scaling API reference).
fn named(cluster: &str, service: &str) -> Value {
    json!({
        "ServiceNamespace": "ecs",
        "ResourceId": format!("service/{cluster}/{service}"),
        "ScalableDimension": "ecs:service:DesiredCount",
    })
}

fn scalable_target(it: &Value) -> Result<ObservedScalableTarget, Fault> {
    let (min, max) = (count(&it["MinCapacity"]), count(&it["MaxCapacity"]));
    let lacking =
        || Fault::Busy("describing the scalable target: the answer lacks bounds".to_owned());
    let flag = |name: &str| it["SuspendedState"][name].as_bool().unwrap_or(false);
    Ok(ObservedScalableTarget {
        min: min.ok_or_else(lacking)?,
        max: max.ok_or_else(lacking)?,
        suspended: SuspendedScaling {
            scale_in: flag("DynamicScalingInSuspended"),
            scale_out: flag("DynamicScalingOutSuspended"),
            scheduled: flag("ScheduledScalingSuspended"),
        },
    })
}

fn scheduled_action(it: &Value) -> Option<ObservedScheduledAction> {
    let text = |key: &str| it[key].as_str().map(str::to_owned);
    Some(ObservedScheduledAction {
        name: text("ScheduledActionName")?,
        schedule: text("Schedule").unwrap_or_default(),
        timezone: text("Timezone"),
        min: count(&it["ScalableTargetAction"]["MinCapacity"]),
        max: count(&it["ScalableTargetAction"]["MaxCapacity"]),
    })
}

fn count(number: &Value) -> Option<u32> {
    number.as_u64().and_then(|number| u32::try_from(number).ok())
}
