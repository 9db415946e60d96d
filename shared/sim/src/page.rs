//! Pages of lists, for APIs whose next token is a text.

/// Returns a page of items, and the token of the next page. `None` for a token that no page has.
pub(crate) fn page<T>(
    items: Vec<T>,
    size: usize,
    token: Option<&str>,
) -> Option<(Vec<T>, Option<String>)> {
    let from: usize = match token {
        None => 0,
        Some(token) => token.strip_prefix("from-")?.parse().ok()?,
    };
    let end = from.saturating_add(size);
    let next = (items.len() > end).then(|| format!("from-{end}"));
    Some((items.into_iter().skip(from).take(size).collect(), next))
}
