//! Rule 10. An instance in no cluster: not registered yet, already gone, or nothing to do with ECS.

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::decide::facts::answer::{Answer, Stop, known};
use crate::decide::facts::completion::completing;
use crate::decide::facts::heartbeat::due_heartbeats;
use crate::decide::facts::held_action::current_action;
use crate::decide::facts::warnings::is_warned;
use crate::decide::situation::{Row, Situation};
use crate::decision::Question;
use crate::limits::SEARCHED_FOR;
use crate::moment::after;
use crate::observation::Observation;
use crate::policy::Policy;
use crate::recheck::{Wait, next_recheck};
use crate::signal::Purpose;
use crate::trigger::TriggerKind;

use super::early_event::{classify_early_event, registers_until};

/// Classifies an instance that every cluster has answered without.
pub(super) fn classify_absence(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Situation> {
    let Some(action) = current_action(seen, policy, now)? else {
        return Ok(classify_early_event(seen, now)?.into());
    };
    if seen.triggers.say_that_ec2_is_gone() {
        return Ok(completing(seen, policy, Some(&action), |held| Row::Gone { held })?.into());
    }
    let row = match registered_or_not(seen, policy, &action, now) {
        Err(Stop::Unanswered(why)) => Row::without_answer(why),
        other => other?,
    };
    let comes_again = [TriggerKind::Terminating, TriggerKind::Recheck];
    if matches!(row, Row::NotRegisteredYet { .. })
        && is_warned(seen, now)
        && !seen.triggers.include(&comes_again)
    {
        return Ok(Row::EarlyEvent.into());
    }
    let mut situation = Situation::from(row);
    if matches!(situation.row, Row::NotRegisteredYet { .. } | Row::Unanswered(_)) {
        known(&seen.hooks, Question::Hooks)?;
        situation.heartbeats = due_heartbeats(seen, policy, &action, now);
    }
    Ok(situation)
}

fn registered_or_not(
    seen: &Observation,
    policy: &Policy,
    action: &RememberedAction,
    now: Timestamp,
) -> Answer<Row> {
    if seen.activities.is_open() && seen.group_uses_ecs.is_open() {
        return Err(Stop::Ask(vec![Question::Activities, Question::GroupUsesEcs]));
    }
    if !known(&seen.group_uses_ecs, Question::GroupUsesEcs)?.copied().unwrap_or(false) {
        return Ok(Row::GroupNotInEcs);
    }
    let registers_until = registers_until(seen)?;
    let searched_until = match is_second_look(seen, now) {
        true => Timestamp::MIN,
        false => after(action.started, SEARCHED_FOR),
    };
    let until = registers_until.max(searched_until);
    if now < until {
        let recheck = next_recheck(Wait::Registration { until }, &seen.triggers, now);
        return Ok(Row::NotRegisteredYet { recheck });
    }
    completing(seen, policy, Some(action), |held| Row::NotRegistered { held })
}

/// Returns true if this is the second look, for which the first one sent a recheck.
fn is_second_look(seen: &Observation, now: Timestamp) -> bool {
    seen.triggers.rechecks().any(|(purpose, at)| purpose == Purpose::Settle && at <= now)
}
