//! Results of a search, and their cursors.

use std::fmt::Display;

use doorward_domain::time::UnixSeconds;
use doorward_store::repo::{Count, ListPage};

use crate::operator::{AdminError, Result};
use crate::page_request::PageRequest;

const SEPARATOR: char = '\n';

#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The position of the object in the search, for the next page.
    pub cursor: String,
    pub item: T,
}

impl<T> Found<T> {
    pub fn new(key: &str, id: impl Display, item: T) -> Self {
        Self {
            cursor: format!("{key}{SEPARATOR}{id}"),
            item,
        }
    }
}

/// A page of a filtered list. It may have few objects, or none, although more follow.
#[derive(Clone, Debug)]
pub struct FoundPage<T> {
    pub items: Vec<T>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
    /// The number of objects in the list; only on the first page.
    pub count: Option<Count>,
}

impl<T> FoundPage<T> {
    pub fn new<I: Display>(page: ListPage<T, I>) -> Self {
        // In the order of the IDs there is no key, and the cursor is the ID.
        let cursor = |(key, id): (String, I)| {
            if key.is_empty() {
                id.to_string()
            } else {
                format!("{key}{SEPARATOR}{id}")
            }
        };
        Self {
            items: page.items,
            next: page.next.map(cursor),
            count: page.count,
        }
    }

    pub fn whole(items: Vec<T>) -> Self {
        Self {
            count: Some(Count {
                number: items.len() as u64,
                is_more: false,
            }),
            items,
            next: None,
        }
    }

    /// Returns the page of a whole list that begins after the cursor, in the order of the keys.
    pub fn of_whole(mut all: Vec<T>, page: &PageRequest, key: impl Fn(&T) -> String) -> Self {
        all.retain(|item| Some(key(item)) > page.after);
        all.sort_by_key(&key);
        Self::cut_rows(all, page.limit, key)
    }

    /// Cuts rows to a page, whose cursor is the key of its last one. They are one more than the page if a
    /// next one follows.
    pub fn cut_rows(mut rows: Vec<T>, limit: u64, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Self {
            next: rows.last().filter(|_| has_more).map(key),
            items: rows,
            count: None,
        }
    }

    /// Cuts rows to a page. They are one more than the page if a next one follows.
    pub fn cut(rows: Vec<Found<T>>, limit: u64) -> Self {
        let page = FoundPage::cut_rows(rows, limit, |row| row.cursor.clone());
        page.map(|row| row.item)
    }

    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> FoundPage<U> {
        FoundPage {
            items: self.items.into_iter().map(convert).collect(),
            next: self.next,
            count: self.count,
        }
    }
}

pub fn list_position<I>(
    cursor: Option<&str>,
    parse: impl Fn(&str) -> Option<I>,
) -> Result<Option<(&str, I)>> {
    match cursor.and_then(&parse) {
        Some(id) => Ok(Some(("", id))),
        None => position(cursor, parse),
    }
}

pub fn position<I>(
    cursor: Option<&str>,
    parse: impl Fn(&str) -> Option<I>,
) -> Result<Option<(&str, I)>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let parts = cursor.rsplit_once(SEPARATOR);
    let read = parts.and_then(|(key, id)| Some((key, parse(id)?)));
    read.map(Some)
        .ok_or_else(|| AdminError::invalid("cursor", "not from this search"))
}

pub fn time_position<I>(
    cursor: Option<&str>,
    parse: impl Fn(&str) -> Option<I>,
) -> Result<Option<(UnixSeconds, I)>> {
    let Some((at, id)) = position(cursor, parse)? else {
        return Ok(None);
    };
    let at = at.parse().ok();
    let at = at.ok_or_else(|| AdminError::invalid("cursor", "not from this list"))?;
    Ok(Some((at, id)))
}

#[cfg(test)]
mod tests;
