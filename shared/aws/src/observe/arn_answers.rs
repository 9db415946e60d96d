//! Rule 8. Answers of the Describe operations of ECS: resources that were found and, in the same 200, the `failures`.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::Failure;

use super::conversion::short_id;
use crate::fault::Fault;

/// Answers by the ARN that was asked for.
pub(crate) type ArnAnswers<T> = BTreeMap<String, Result<T, Fault>>;

/// Returns one answer for each ARN that was asked for: the resource, its failure, or `Busy` if the answer lacks it.
pub(crate) fn merge<T>(
    doing: &str,
    arns: &[String],
    found: impl IntoIterator<Item = (String, T)>,
    failures: &[Failure],
) -> ArnAnswers<T> {
    let lacking = Fault::Busy(format!("{doing}: the answer lacks a resource that was asked for"));
    let mut answers = all_failed(arns, &lacking);
    for failure in failures {
        let fault = Fault::from_failure(doing, failure.reason(), failure.detail());
        let arn = arns.iter().find(|arn| failure.arn().is_some_and(|it| is_same(arn, it)));
        answers.extend(arn.map(|arn| (arn.clone(), Err(fault))));
    }
    answers.extend(found.into_iter().map(|(arn, one)| (arn, Ok(one))));
    answers
}

/// Returns the same fault for each ARN that was asked for.
pub(crate) fn all_failed<T>(arns: &[String], fault: &Fault) -> ArnAnswers<T> {
    arns.iter().map(|arn| (arn.clone(), Err(fault.clone()))).collect()
}

/// Returns true if two names, each an ARN or an id, are of one resource.
fn is_same(one: &str, other: &str) -> bool {
    short_id(one) == short_id(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resource_that_an_answer_lacks_is_busy() {
        let missing = Failure::builder().arn("arn/b").reason("MISSING").build();
        let arns = ["arn/a", "arn/b", "arn/c"].map(str::to_owned);

        let answers = merge("describing", &arns, [("arn/a".to_owned(), 1)], &[missing]);

        assert_eq!(answers["arn/a"], Ok(1));
        assert!(answers["arn/b"].as_ref().is_err_and(Fault::is_gone));
        assert!(matches!(answers["arn/c"], Err(Fault::Busy(_))));
    }
}
