//! All losses of a run.

use aws::config::Config;
use sim::history::{Entry, Fact};
use sim::scenario::Scenario;

use super::index::RunIndex;
use super::loss::Loss;
use super::{actions, requests, services, tasks};
use crate::player::Played;
use crate::responder::Responder;

/// Returns the losses of a run in the order of their times.
pub(crate) fn losses_of_run(
    scenario: &Scenario,
    config: Config,
    responder: Responder,
    played: &Played,
) -> Vec<Loss> {
    let index = RunIndex::new(scenario, config, responder, played);
    let mut losses = Vec::new();
    for Entry { at, fact } in &played.history {
        match fact {
            Fact::TaskKilled { task, how } => losses.push(tasks::killed(&index, *at, task, how)),
            Fact::ActionEnded { hook, ec2_instance, how, group } => {
                losses.extend(actions::timed_out(&index, *at, (group, hook), ec2_instance, how));
            }
            _ => {}
        }
    }
    losses.extend(requests::failed(&index));
    losses.sort_by_key(|loss| loss.at);
    losses.extend(services::short(&index));
    losses
}
