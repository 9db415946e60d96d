//! Answers of the Describe operations of ECS: what was found, and beside it, in a 200, the `failures`.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::Failure;

use super::short;
use crate::fault::Fault;

/// What was answered about each ARN that was asked for.
pub(crate) type Answers<T> = BTreeMap<String, Result<T, Fault>>;

/// Every ARN that was asked for with its answer: what was found under it, its failure, or, where an answer names it
/// nowhere, that it must be asked for again.
pub(crate) fn merged<T>(
    doing: &str,
    asked: &[String],
    found: impl IntoIterator<Item = (String, T)>,
    failures: &[Failure],
) -> Answers<T> {
    let mut answers = unanswered(asked, &Fault::Busy(format!("{doing}: the answer lacks one")));
    for failure in failures {
        let fault = Fault::listed(doing, failure.reason(), failure.detail());
        let arn = asked.iter().find(|arn| failure.arn().is_some_and(|it| same(arn, it)));
        answers.extend(arn.map(|arn| (arn.clone(), Err(fault))));
    }
    answers.extend(found.into_iter().map(|(arn, one)| (arn, Ok(one))));
    answers
}

/// The same fault for every ARN that was asked for.
pub(crate) fn unanswered<T>(asked: &[String], fault: &Fault) -> Answers<T> {
    asked.iter().map(|arn| (arn.clone(), Err(fault.clone()))).collect()
}

/// Whether two spellings, ARN or id, mean one resource.
fn same(one: &str, other: &str) -> bool {
    short(one) == short(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_names_nowhere_is_asked_for_again() {
        let missing = Failure::builder().arn("arn/b").reason("MISSING").build();
        let asked = ["arn/a", "arn/b", "arn/c"].map(str::to_owned);

        let answers = merged("describing", &asked, [("arn/a".to_owned(), 1)], &[missing]);

        assert_eq!(answers["arn/a"], Ok(1));
        assert!(answers["arn/b"].as_ref().is_err_and(Fault::is_gone));
        assert!(matches!(answers["arn/c"], Err(Fault::Busy(_))));
    }
}
