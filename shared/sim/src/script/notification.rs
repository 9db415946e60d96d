//! Topics and secrets of a scenario, and the steps that publish messages.

use std::collections::BTreeMap;

use serde_json::json;

use super::ScriptError;
use super::mistake::{Mistake, at, refuse};
use crate::history::Caller;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{AlarmSpec, BudgetAlertSpec, Happening, Scenario};
use crate::sns::{self, NewNotification};
use crate::world::World;

/// Checks the topics, the secrets and the steps that publish.
pub(super) fn check(scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, topic) in scenario.topics.iter().enumerate() {
        let taken = scenario.topics[..index].iter().any(|one| one.name == topic.name);
        refuse(taken, "name", &format!("there is another topic `{}`", topic.name))
            .map_err(|wrong| at("topic", index, wrong))?;
    }
    for (index, secret) in scenario.secrets.iter().enumerate() {
        let taken = scenario.secrets[..index].iter().any(|one| one.name == secret.name);
        refuse(taken, "name", &format!("there is another secret `{}`", secret.name))
            .map_err(|wrong| at("secret", index, wrong))?;
    }
    for (index, step) in scenario.happens.iter().enumerate() {
        check_step(scenario, &step.what).map_err(|wrong| at("happens", index, wrong))?;
    }
    Ok(())
}

fn check_step(scenario: &Scenario, what: &Happening) -> Result<(), Mistake> {
    let topic = match what {
        Happening::Publish(spec) => &spec.topic,
        Happening::BudgetAlert(spec) => &spec.topic,
        Happening::Alarm(spec) => {
            let known = matches!(spec.state.as_str(), "ALARM" | "OK" | "INSUFFICIENT_DATA");
            let problem = format!("`{}` is none of ALARM, OK, INSUFFICIENT_DATA", spec.state);
            refuse(!known, "state", &problem)?;
            &spec.topic
        }
        _ => return Ok(()),
    };
    let unknown = scenario.topics.iter().all(|one| one.name != *topic);
    refuse(unknown, "topic", &format!("no topic `{topic}`"))
}

/// Creates the topics and the secrets.
pub(super) fn create(world: &mut World, scenario: &Scenario) {
    scenario.topics.iter().for_each(|topic| world.create_topic(topic));
    scenario.secrets.iter().for_each(|secret| world.create_secret(secret));
}

pub(super) fn apply(world: &mut World, what: &Happening) {
    let (by, topic, subject, message) = match what {
        Happening::Publish(spec) => (
            Caller::Other("operator".to_owned()),
            &spec.topic,
            spec.subject.clone(),
            spec.message.clone(),
        ),
        Happening::BudgetAlert(spec) => {
            let subject = format!("AWS Budgets: {} has exceeded your alert threshold", spec.budget);
            (Caller::Aws("budgets"), &spec.topic, Some(subject), budget_alert(world, spec))
        }
        Happening::Alarm(spec) => {
            let subject = format!("{}: \"{}\" in EU (Ireland)", spec.state, spec.alarm);
            (Caller::Aws("cloudwatch"), &spec.topic, Some(subject), alarm(world, spec))
        }
        _ => return,
    };
    let (topic, attributes) = (topic.clone(), BTreeMap::new());
    sns::publish(world, &by, NewNotification { topic, subject, message, attributes });
}

/// Returns the text of an alert of AWS Budgets. AWS documents no format; this is that of a recorded message.
fn budget_alert(world: &World, spec: &BudgetAlertSpec) -> String {
    let BudgetAlertSpec { budget, threshold, amount, .. } = spec;
    let date = world.now().strftime("%B %d, %Y");
    let kind = if spec.forecasted { "FORECASTED" } else { "ACTUAL" };
    let budgeted = threshold * 1.25;
    format!(
        "AWS Budget Notification {date}\nAWS Account {ACCOUNT}\n\nDear AWS Customer,\n\nYou requested that we alert you \
         when the {kind} Cost associated with your {budget} budget is greater than ${threshold:.2} for the current \
         month. The {kind} Cost associated with this budget is ${amount:.2}. You can find additional details below and \
         by accessing the AWS Budgets dashboard [1].\n\nBudget Name: {budget}\nBudget Type: Cost\nBudgeted Amount: \
         ${budgeted:.2}\nAlert Type: {kind}\nAlert Threshold: > ${threshold:.2}\n{kind} Amount: ${amount:.2}\n\n\
         [1] https://console.aws.amazon.com/billing/home#/budgets\n"
    )
}

/// Returns the message of a CloudWatch alarm (CloudWatch user guide, alarm-actions). The offset in its time has no colon.
fn alarm(world: &World, spec: &AlarmSpec) -> String {
    let name = &spec.alarm;
    let message = json!({
        "AlarmName": name,
        "AlarmDescription": null,
        "AWSAccountId": ACCOUNT,
        "NewStateValue": spec.state,
        "NewStateReason": spec.reason,
        "StateChangeTime": world.now().strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string(),
        "Region": "EU (Ireland)",
        "AlarmArn": format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"),
        "OldStateValue": spec.old_state,
    });
    message.to_string()
}

pub(super) fn in_words(what: &Happening) -> String {
    match what {
        Happening::Publish(spec) => format!("a message published to the topic {}", spec.topic),
        Happening::BudgetAlert(spec) => {
            let kind = if spec.forecasted { "FORECASTED" } else { "ACTUAL" };
            format!("AWS Budgets: {kind} cost of the budget {} is ${:.2}", spec.budget, spec.amount)
        }
        Happening::Alarm(spec) => format!("the alarm {} is {}", spec.alarm, spec.state),
        _ => String::new(),
    }
}
