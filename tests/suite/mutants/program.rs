//! The program with one mistake.

use std::sync::Arc;

use aws::worker::Decider;
use drain::decision::Verdict;
use drain::observation::Observation;
use drain::policy::Policy;
use jiff::Timestamp;
use replay::Program;

use super::decisions::change_decision;
use super::http::wrap_http_client;
use super::mutant::Mutant;
use super::observations::ObservationChange;

/// Returns the program of one run: ebb with a mistake around `decide`, or between the SDK and AWS.
pub(crate) fn program(mutant: Mutant) -> Program {
    Program::default()
        .with_decider(decider(mutant))
        .with_http_client(Arc::new(move |client| wrap_http_client(mutant, client)))
}

fn decider(mutant: Mutant) -> Decider {
    let change = ObservationChange::new(mutant);
    Arc::new(move |seen: &Observation, policy: &Policy, now: Timestamp| {
        let (mut seen, mut policy) = (seen.clone(), policy.clone());
        change.apply(&mut seen, &mut policy, now);
        let mut verdict = drain::decide(&seen, &policy, now);
        if let Verdict::Decided(decision) = &mut verdict {
            change_decision(mutant, &seen, decision, now);
        }
        verdict
    })
}
