//! Queues and event rules that a scenario declares for other tools.

use super::ScriptError;
use super::mistake::{Mistake, at};
use crate::deployment::{DeployedQueue, Deployment, Rule};
use crate::eventbridge::Pattern;
use crate::scenario::Scenario;
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
        let taken = world.eventbridge.rules().any(|name| name == rule.name);
        check_name("rule", &rule.name, RULE, taken).map_err(|wrong| at("rule", index, wrong))?;
        check_rule(world, rule).map_err(|wrong| at("rule", index, wrong))?;
        // Without the deployment, a rule that names one of its queues has no target.
        if world.has_queue(&rule.target) {
            world.declared.insert(rule.name.clone());
            world.eventbridge.put_rule(rule.clone());
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

fn check_rule(world: &World, rule: &Rule) -> Result<(), Mistake> {
    if let Err(problem) = Pattern::parse(&rule.pattern) {
        return Err(("pattern", problem));
    }
    if world.has_queue(&rule.target) || nothing_deployed(world) {
        return Ok(());
    }
    let names: Vec<_> = world.sqs.queues().collect();
    let problem = format!("there is no queue `{}`; there are {}", rule.target, names.join(", "));
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
