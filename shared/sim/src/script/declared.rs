//! Queues and event rules that a scenario declares for other tools.

use super::ScriptError;
use super::mistake::{Mistake, at, refuse};
use super::starter_check::{check_rate, check_starter};
use crate::deployment::{DeployedQueue, Deployment};
use crate::eventbridge::Pattern;
use crate::scenario::{RuleSpec, Scenario};
use crate::world::World;

/// Creates the queues and rules of a scenario, in addition to the deployed ones.
pub(super) fn declare(world: &mut World, scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, queue) in scenario.queues.iter().enumerate() {
        let taken = world.has_queue(&queue.name);
        check_name("queue", &queue.name, QUEUE, taken)
            .map_err(|wrong| at("queue", index, wrong))?;
        check_queue(queue, scenario).map_err(|wrong| at("queue", index, wrong))?;
        world.declared.insert(queue.name.clone());
        world.sqs.create_queue(queue.clone());
    }
    for (index, rule) in scenario.rules.iter().enumerate() {
        let taken = world.eventbridge.rule_names().any(|name| name == rule.name);
        check_name("rule", &rule.name, RULE, taken).map_err(|wrong| at("rule", index, wrong))?;
        check_rule(world, scenario, rule).map_err(|wrong| at("rule", index, wrong))?;
        // Without the deployment, a rule that names one of its queues has no target.
        if rule.target.as_ref().is_none_or(|target| world.has_queue(target)) {
            world.declared.insert(rule.name.clone());
            world.put_rule_of_scenario(rule);
        }
    }
    Ok(())
}

/// Most characters of a name, and the allowed characters besides letters and digits.
type NamePattern = (usize, &'static str);

/// API reference, SQS CreateQueue, QueueName. The simulator does not know FIFO queues, whose names have a dot.
const QUEUE: NamePattern = (80, "-_");
/// API reference, EventBridge PutRule, Name.
const RULE: NamePattern = (64, ".-_");

fn check_name(what: &str, name: &str, pattern: NamePattern, taken: bool) -> Result<(), Mistake> {
    let (most, marks) = pattern;
    let fits = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
    if !(1..=most).contains(&name.len()) || !name.chars().all(fits) {
        let problem = format!("`{name}` is not 1 to {most} letters, digits and {marks}");
        return Err(("name", problem));
    }
    match taken {
        true => Err(("name", format!("there is another {what} `{name}`"))),
        false => Ok(()),
    }
}

fn check_queue(queue: &DeployedQueue, scenario: &Scenario) -> Result<(), Mistake> {
    let deployment = Deployment { queues: scenario.queues.clone(), ..Deployment::default() };
    let own = format!("queue {}: ", queue.name);
    let problem = first(&deployment, &own);
    let fields = ["visibility_timeout", "retention"];
    problem.map_or(Ok(()), |problem| {
        let field = fields.into_iter().find(|field| problem.starts_with(field));
        Err((field.unwrap_or("dead_letter_queue"), problem))
    })
}

/// States of a rule (API reference, EventBridge, `RuleState`).
const STATES: [&str; 3] = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];

fn check_rule(world: &World, scenario: &Scenario, rule: &RuleSpec) -> Result<(), Mistake> {
    match (&rule.pattern, rule.every) {
        (Some(pattern), None) => Pattern::parse(pattern).map(drop).map_err(|it| ("pattern", it))?,
        (None, Some(every)) => check_rate(every)?,
        _ => return Err(("pattern", "set either pattern or every".to_owned())),
    }
    let known = STATES.contains(&rule.state.as_str());
    let problem = format!("`{}` is none of {}", rule.state, STATES.join(", "));
    refuse(!known, "state", &problem)?;
    let target = match (&rule.target, &rule.run_task) {
        (Some(target), None) => target,
        (None, Some(_)) => return check_starter(scenario, rule.run_task.as_ref(), None),
        _ => return Err(("target", "set either target or run_task".to_owned())),
    };
    if world.has_queue(target) || nothing_deployed(world) {
        return Ok(());
    }
    let names: Vec<_> = world.sqs.queues().collect();
    let problem = format!("there is no queue `{target}`; there are {}", names.join(", "));
    Err(("target", problem))
}

/// Returns true if all queues of the world are those of the scenario, as in a run without a responder.
fn nothing_deployed(world: &World) -> bool {
    world.sqs.queues().all(|name| world.declared.contains(name))
}

/// Returns the first mistake of a deployment with this beginning, without the beginning.
fn first(deployment: &Deployment, beginning: &str) -> Option<String> {
    let mistakes = deployment.validate().err().unwrap_or_default();
    mistakes.iter().find_map(|mistake| Some(mistake.strip_prefix(beginning)?.to_owned()))
}
