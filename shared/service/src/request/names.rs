//! Names in a request: those of clusters and services, and those of the fields.

/// Most characters of the name of a cluster or a service (API reference).
const LONGEST_NAME: usize = 255;

/// Least similarity of a name that is offered for a misspelt one.
const LEAST_SIMILARITY: f64 = 0.6;

/// Returns the name of a cluster or a service, if the text is one.
pub(super) fn checked_name(text: &str) -> Result<String, String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_name =
        |name: &str| !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(is_allowed);
    if is_name(text) {
        return Ok(text.to_owned());
    }
    let last = text.rsplit('/').next().unwrap_or_default();
    if text.starts_with("arn:") && is_name(last) {
        return Err(format!("must be a name and no ARN; the name in this ARN is `{last}`"));
    }
    Err("must be a name of 1 to 255 letters, digits, `-` and `_`".to_owned())
}

/// Returns the id of a task, if the text is an id or an ARN.
pub(super) fn task_id(text: &str) -> Option<String> {
    let id = text.rsplit('/').next().unwrap_or_default();
    let is_id =
        (8..=36).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_id.then(|| id.to_owned())
}

/// Returns the known name that is most similar to a misspelt one.
pub(super) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['-', ' '], "_");
    let similarity = |other: &str| {
        let (name, other) = (plain(name), plain(other));
        // A name that was cut short, such as `cluster`.
        let is_cut = name.len() > 2 && other.starts_with(&name);
        if is_cut { 1.0 } else { strsim::normalized_damerau_levenshtein(&name, &other) }
    };
    let scored = known.map(|other| (similarity(other), other));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 >= LEAST_SIMILARITY).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arn_is_answered_with_the_name_at_its_end() {
        let arn = "arn:aws:ecs:eu-west-1:111122223333:service/shop/api";

        assert!(checked_name(arn).unwrap_err().ends_with("`api`"));
        assert_eq!(checked_name("shop-2_eu"), Ok("shop-2_eu".to_owned()));
        assert!(checked_name("a/b").is_err());
        assert!(checked_name("").is_err());
    }

    #[test]
    fn task_is_named_by_its_id_or_its_arn() {
        let id = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

        assert_eq!(task_id(id), Some(id.to_owned()));
        let arn = format!("arn:aws:ecs:eu-west-1:111122223333:task/shop/{id}");
        assert_eq!(task_id(&arn), Some(id.to_owned()));
        assert_eq!(task_id("not a task"), None);
    }

    #[test]
    fn misspelt_name_is_answered_with_the_closest_one() {
        let known = ["wait_time", "wait", "batch"];

        assert_eq!(closest("waittime", known.into_iter()), Some("wait_time"));
        assert_eq!(closest("Wait-Time", known.into_iter()), Some("wait_time"));
        assert_eq!(closest("batc", known.into_iter()), Some("batch"));
        assert_eq!(closest("colour", known.into_iter()), None);
    }
}
