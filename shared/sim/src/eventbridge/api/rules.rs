//! Rules: their lists, their targets and their states.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::eventbridge::rule::{ParsedRule, rule_arn};
use crate::history::{Caller, Fact};
use crate::page::page;
use crate::world::World;

/// Longest page, and its default (service model, `LimitMax100`).
const PAGE: usize = 100;

/// One rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct NamedRule {
    name: Option<String>,
    event_bus_name: Option<String>,
}

/// A list of rules, or of the targets of one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ListOfRules {
    name_prefix: Option<String>,
    rule: Option<String>,
    target_arn: Option<String>,
    event_bus_name: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
}

/// Lists rules by the beginning of their names, in order.
pub(super) fn list(world: &World, input: &ListOfRules) -> Result<Value, Refusal> {
    check_bus(input.event_bus_name.as_deref())?;
    let prefix = input.name_prefix.as_deref().unwrap_or_default();
    let found = in_order(world).into_iter().filter(|rule| rule.name.starts_with(prefix));
    in_pages("Rules", found.map(shape).collect(), input)
}

pub(super) fn describe(world: &World, input: &NamedRule) -> Result<Value, Refusal> {
    check_bus(input.event_bus_name.as_deref())?;
    let name = required(input.name.as_deref(), "name")?;
    find(world, name).map(|index| shape(&world.eventbridge.rules[index]))
}

pub(super) fn targets(world: &World, input: &ListOfRules) -> Result<Value, Refusal> {
    check_bus(input.event_bus_name.as_deref())?;
    let name = required(input.rule.as_deref(), "rule")?;
    let rule = &world.eventbridge.rules[find(world, name)?];
    in_pages("Targets", vec![rule.target.shape()], input)
}

/// Lists the names of the rules with a target. The ARN of an ECS target is that of its cluster (API reference, Target).
pub(super) fn names_by_target(world: &World, input: &ListOfRules) -> Result<Value, Refusal> {
    check_bus(input.event_bus_name.as_deref())?;
    let arn = required(input.target_arn.as_deref(), "targetArn")?;
    let found = in_order(world).into_iter().filter(|rule| rule.target.arn() == arn);
    in_pages("RuleNames", found.map(|rule| json!(rule.name)).collect(), input)
}

/// Enables or disables a rule. "When you disable a rule, incoming events might continue to match to the disabled rule"
/// for "a short period of time" (API reference, DisableRule); EnableRule says the same. A rule of an AWS service is
/// refused (ManagedRuleException).
pub(super) fn set_state(
    world: &mut World,
    caller: &Caller,
    input: &NamedRule,
    state: &'static str,
) -> Result<Value, Refusal> {
    check_bus(input.event_bus_name.as_deref())?;
    let name = required(input.name.as_deref(), "name")?;
    let index = find(world, name)?;
    if world.eventbridge.rules[index].managed_by.is_some() {
        let message = format!("Rule {name} is managed by an AWS service and can't be modified.");
        return Err(ApiError::client("ManagedRuleException", message).into());
    }
    let range = world.switches.rule_change.clone();
    let delay = world.random.length(&format!("eventbridge/{name}/state"), &range.0);
    let now = world.elapsed();
    let at = now + delay;
    let rule = &mut world.eventbridge.rules[index];
    rule.earlier = Some((at, rule.is_active(now)));
    rule.state = state.to_owned();
    world.note(Fact::RuleState { rule: name.to_owned(), state, by: caller.clone() });
    Ok(json!({}))
}

fn in_order(world: &World) -> Vec<&ParsedRule> {
    let mut rules: Vec<_> = world.eventbridge.rules.iter().collect();
    rules.sort_by(|one, other| one.name.cmp(&other.name));
    rules
}

fn find(world: &World, name: &str) -> Result<usize, Refusal> {
    let found = world.eventbridge.rules.iter().position(|rule| rule.name == name);
    let missing = || format!("Rule {name} does not exist on EventBus default.");
    found.ok_or_else(|| ApiError::client("ResourceNotFoundException", missing()).into())
}

fn shape(rule: &ParsedRule) -> Value {
    json!({
        "Name": rule.name,
        "Arn": rule_arn(&rule.name),
        "State": rule.state,
        "EventPattern": rule.pattern.as_ref().map(|(_, text)| text.to_string()),
        "ScheduleExpression": rule.every.map(crate::rate::in_words),
        "ManagedBy": rule.managed_by,
        "EventBusName": "default",
    })
}

fn check_bus(given: Option<&str>) -> Result<(), Refusal> {
    match given.filter(|bus| bus.rsplit('/').next() != Some("default")) {
        None => Ok(()),
        Some(bus) => {
            let message = format!("Event bus {bus} does not exist.");
            Err(ApiError::client("ResourceNotFoundException", message).into())
        }
    }
}

fn in_pages(list: &str, items: Vec<Value>, input: &ListOfRules) -> Result<Value, Refusal> {
    let size = input.limit.map_or(Ok(PAGE), usize::try_from).ok();
    let size = size.filter(|size| (1..=PAGE).contains(size)).ok_or_else(|| {
        invalid("Value at 'limit' failed to satisfy constraint: Member must have value between 1 and 100")
    })?;
    let (page, next) = page(items, size, input.next_token.as_deref())
        .ok_or_else(|| invalid("Value at 'nextToken' is not a token of this list"))?;
    Ok(json!({ list: page, "NextToken": next }))
}

fn required<'a>(given: Option<&'a str>, member: &str) -> Result<&'a str, Refusal> {
    given.ok_or_else(|| {
        invalid(&format!(
            "Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

fn invalid(problem: &str) -> Refusal {
    let message = format!("1 validation error detected: {problem}");
    ApiError::client("ValidationException", message).into()
}
