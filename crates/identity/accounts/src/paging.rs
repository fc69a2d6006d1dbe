//! Pages of lists.

/// Cuts rows to a page; returns its last one if there is a next page.
pub(crate) fn cut_page<T>(rows: &mut Vec<T>, limit: usize) -> Option<&T> {
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| has_more)
}
