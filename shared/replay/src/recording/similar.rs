//! The known word that is most similar to a misspelt one.

/// Least similarity of a word and its correction, from 0 to 1.
const LEAST: f64 = 0.8;

/// Returns the known word that is most similar to a word, unless it is that word. Case and punctuation do not count.
pub(super) fn most_similar<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = plain(word);
    let similarity =
        |other: &str| strsim::normalized_damerau_levenshtein(&plain, &self::plain(other));
    let known = known.into_iter().map(|other| (similarity(other), other));
    let best = known.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(similarity, other)| *similarity >= LEAST && *other != word).map(|(_, it)| it)
}

/// Returns the letters and digits of a word in lower case.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["EC2InstanceId", "AutoScalingGroupName", "detail-type"];

    #[test]
    fn word_in_other_letters_is_recognised() {
        assert_eq!(most_similar("ec2_instance_id", KNOWN), Some("EC2InstanceId"));
        assert_eq!(most_similar("EC2InstanceID", KNOWN), Some("EC2InstanceId"));
        assert_eq!(most_similar("DetailType", KNOWN), Some("detail-type"));
    }

    #[test]
    fn word_with_a_typing_error_is_recognised() {
        assert_eq!(most_similar("AutoScalingGroupNmae", KNOWN), Some("AutoScalingGroupName"));
    }

    #[test]
    fn other_word_and_the_word_itself_are_not_similar() {
        assert_eq!(most_similar("LifecycleHookName", KNOWN), None);
        assert_eq!(most_similar("EC2InstanceId", KNOWN), None);
    }
}
