//! Results of a search, and their cursors.

use doorward_domain::time::UnixSeconds;

use super::operator::AdminError;

/// Separates the key from the ID in a cursor.
const SEPARATOR: char = '\n';

/// An object that a search found.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The position of the object in the search, for the next page.
    pub cursor: String,
    /// The object.
    pub item: T,
}

impl<T> Found<T> {
    pub(super) fn new(key: &str, id: impl std::fmt::Display, item: T) -> Self {
        Self {
            cursor: format!("{key}{SEPARATOR}{id}"),
            item,
        }
    }
}

/// Returns the key and the ID of a cursor.
pub(super) fn position<I>(
    cursor: Option<&str>,
    parse: impl Fn(&str) -> Option<I>,
) -> Result<Option<(&str, I)>, AdminError> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let parts = cursor.rsplit_once(SEPARATOR);
    let read = parts.and_then(|(key, id)| Some((key, parse(id)?)));
    read.map(Some)
        .ok_or_else(|| AdminError::invalid("cursor", "not from this search"))
}

/// Returns the time and the ID of a cursor of a list that is ordered by time.
pub(super) fn time_position<I>(
    cursor: Option<&str>,
    parse: impl Fn(&str) -> Option<I>,
) -> Result<Option<(UnixSeconds, I)>, AdminError> {
    let Some((at, id)) = position(cursor, parse)? else {
        return Ok(None);
    };
    let at = at.parse().ok();
    let at = at.ok_or_else(|| AdminError::invalid("cursor", "not from this list"))?;
    Ok(Some((at, id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_has_key_and_id() {
        let found = Found::new("al\nice", 7, ());
        let read = |text: &str| text.parse::<u32>().ok();
        let position = position(Some(&found.cursor), read).unwrap();
        assert_eq!(position, Some(("al\nice", 7)));
        for wrong in ["", "alice", "alice\nseven"] {
            assert!(super::position(Some(wrong), read).is_err(), "{wrong:?}");
        }
    }
}
