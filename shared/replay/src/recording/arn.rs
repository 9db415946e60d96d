//! Parts of ARNs.

/// Returns the part of an ARN after the last slash.
pub(super) fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
