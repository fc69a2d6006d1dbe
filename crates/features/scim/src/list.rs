//! Lists of resources: filters, pages by number (RFC 7644 §3.4.2) and by cursor (RFC 9865).

use std::fmt::Display;

use doorward_admin::prelude::*;
use doorward_scim_protocol::error::{ScimError, ScimType};
use doorward_scim_protocol::filter::{self, Filter, Operator, is_same_name};
use doorward_scim_protocol::projection::Selection;
use doorward_scim_protocol::schema::Resource;
use doorward_scim_protocol::urn;

use crate::failure::Result;

/// Maximum number of resources in a page.
pub(crate) const MAX_COUNT: usize = 200;
const DEFAULT_COUNT: usize = 100;
/// Largest number of resources that a list counts.
pub(crate) const MAX_TOTAL: u64 = 1_000_000;
/// Maximum number of the first resource of a page by number.
const MAX_START: usize = 100_000;
/// Maximum number of resources that a request compares with its filter.
const SCANNED: usize = 10_000;
/// Number of resources that are read together.
const BATCH: u64 = 200;

/// The part of a list that a client wants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pub filter: Option<Filter>,
    /// Number of resources before the page.
    pub skip: usize,
    pub count: usize,
    /// Cursor of the page; empty for the first.
    pub cursor: Option<String>,
    pub selection: Selection,
}

/// The parameters of a list, from a query or from the body of a search.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    pub filter: Option<String>,
    pub start_index: Option<String>,
    pub count: Option<String>,
    pub cursor: Option<String>,
    pub sort_by: Option<String>,
    pub attributes: Option<String>,
    pub excluded_attributes: Option<String>,
}

impl Query {
    /// Reads the parameters.
    ///
    /// # Errors
    /// Returns the error of a malformed parameter, and `invalidValue` for an order that no index has.
    pub(crate) fn parse(sent: &Parameters) -> Result<Self> {
        let number = |name: &str, text: Option<&str>| {
            let read = text.map(|text| text.trim().parse::<i64>());
            let read = read.transpose();
            read.map_err(|_| ScimError::value(format!("{name} must be a number")))
        };
        let count = number("count", sent.count.as_deref())?;
        // A negative number counts as 0, and a start below 1 as 1.
        let count = count.map_or(DEFAULT_COUNT, |count| usize::try_from(count).unwrap_or(0));
        let start = number("startIndex", sent.start_index.as_deref())?.unwrap_or(1);
        let start = usize::try_from(start).unwrap_or(1).max(1);
        if start > MAX_START {
            let problem =
                format!("startIndex is beyond {MAX_START}; continue with a cursor (RFC 9865)");
            return Err(ScimError::value(problem).into());
        }
        if let Some(order) = sent.sort_by.as_deref().filter(|order| !order.is_empty())
            && !["id", "meta.created"]
                .iter()
                .any(|known| is_same_name(known, order))
        {
            let problem = "lists are in the order of meta.created; sortBy is not supported";
            return Err(ScimError::value(problem).into());
        }
        let filter = sent
            .filter
            .as_deref()
            .filter(|filter| !filter.trim().is_empty());
        Ok(Self {
            filter: filter.map(filter::parse).transpose()?,
            skip: start - 1,
            count: count.min(MAX_COUNT),
            cursor: sent.cursor.clone(),
            selection: Selection::parse(
                sent.attributes.as_deref(),
                sent.excluded_attributes.as_deref(),
            )?,
        })
    }

    /// Returns true if a resource must have the attribute, for the filter or for the response.
    pub(crate) fn needs(&self, name: &str) -> bool {
        self.selection.has(name) || self.filters(name)
    }

    /// Returns true if the filter names the attribute.
    pub(crate) fn filters(&self, name: &str) -> bool {
        self.filter
            .as_ref()
            .is_some_and(|filter| names(filter, name))
    }
}

/// Returns true if a filter names the attribute.
fn names(filter: &Filter, name: &str) -> bool {
    match filter {
        Filter::Present(path) | Filter::Compare(path, ..) | Filter::Any(path, _) => {
            is_same_name(&path.name, name)
        }
        Filter::And(parts) | Filter::Or(parts) => parts.iter().any(|part| names(part, name)),
        Filter::Not(inner) => names(inner, name),
    }
}

/// Returns the text with which every resource that fulfils the filter has this attribute, or this part of it.
pub(crate) fn wanted_text<'a>(filter: &'a Filter, name: &str, part: &str) -> Option<&'a str> {
    match filter {
        Filter::And(parts) => parts
            .iter()
            .find_map(|filter| wanted_text(filter, name, part)),
        Filter::Compare(path, Operator::Equal, Value::String(text)) => {
            let is_part = path
                .sub
                .as_deref()
                .is_none_or(|sub| is_same_name(sub, part));
            let is_here = is_same_name(&path.name, name) && is_part;
            is_here.then_some(text.as_str())
        }
        Filter::Any(path, inner) if is_same_name(&path.name, name) => wanted_text(inner, part, ""),
        _ => None,
    }
}

/// Resources that are read in the order of their IDs.
pub(crate) trait Listed {
    type Id: Copy + Display;
    type Record;

    fn kind(&self) -> &Resource;
    fn parse(text: &str) -> Option<Self::Id>;
    async fn ids(&self, after: Option<Self::Id>, limit: u64) -> Result<Vec<Self::Id>>;
    /// Reads resources; some may not exist any more.
    async fn records(&self, ids: &[Self::Id]) -> Result<Vec<Self::Record>>;
    fn id(record: &Self::Record) -> Self::Id;
    fn resource(&self, record: &Self::Record) -> Map<String, Value>;
    async fn count(&self) -> Result<u64>;
}

/// A page of a list.
#[derive(Debug, Default)]
struct Page {
    items: Vec<Map<String, Value>>,
    total: Option<usize>,
    next: Option<String>,
}

fn document(query: &Query, kind: &Resource, page: Page) -> Value {
    let items = page.items.into_iter();
    let items: Vec<_> = items
        .map(|item| query.selection.apply(kind, item))
        .collect();
    let mut document = json!({
        "schemas": [urn::LIST],
        "itemsPerPage": items.len(),
        "Resources": items,
    });
    if let Some(total) = page.total {
        document["totalResults"] = total.into();
    }
    if query.cursor.is_none() {
        document["startIndex"] = (query.skip + 1).into();
    }
    if let Some(next) = page.next {
        document["nextCursor"] = next.into();
    }
    document
}

/// Joins the pages of two lists, of which the second follows the first.
pub(crate) fn join(mut first: Value, second: &Value) -> Value {
    let number = |list: &Value, name: &str| list[name].as_u64().unwrap_or_default();
    for name in ["totalResults", "itemsPerPage"] {
        first[name] = (number(&first, name) + number(second, name)).into();
    }
    let items = second["Resources"].as_array().cloned().unwrap_or_default();
    if let Some(all) = first["Resources"].as_array_mut() {
        all.extend(items);
    }
    first
}

/// Returns the list of the few resources that can fulfil the filter.
pub(crate) fn few<L: Listed>(listed: &L, query: &Query, records: &[L::Record]) -> Value {
    let all = records.iter().map(|record| listed.resource(record));
    let found: Vec<_> = all.filter(|resource| fulfils(query, resource)).collect();
    let page = Page {
        total: Some(found.len()),
        items: found
            .into_iter()
            .skip(query.skip)
            .take(query.count)
            .collect(),
        next: None,
    };
    document(query, listed.kind(), page)
}

fn fulfils(query: &Query, resource: &Map<String, Value>) -> bool {
    let filter = query.filter.as_ref();
    filter.is_none_or(|filter| filter::matches(filter, resource))
}

/// Returns a page of a list, whose resources are all compared with the filter.
pub(crate) async fn walk<L: Listed>(listed: &L, query: &Query) -> Result<Value> {
    let page = match (&query.cursor, &query.filter) {
        (Some(cursor), _) => by_cursor(listed, query, cursor).await?,
        (None, Some(_)) => by_number(listed, query).await?,
        (None, None) => unfiltered(listed, query).await?,
    };
    Ok(document(query, listed.kind(), page))
}

async fn by_cursor<L: Listed>(listed: &L, query: &Query, cursor: &str) -> Result<Page> {
    let mut after = None;
    if !cursor.is_empty() {
        let wrong = || ScimError::invalid(ScimType::InvalidCursor, "the cursor is not from a list");
        after = Some(L::parse(cursor).ok_or_else(wrong)?);
    }
    let mut page = Page::default();
    let mut scanned = 0;
    loop {
        let ids = listed.ids(after, BATCH).await?;
        for record in listed.records(&ids).await? {
            if page.items.len() == query.count {
                page.next = after.map(|after| after.to_string());
                return Ok(page);
            }
            let resource = listed.resource(&record);
            after = Some(L::id(&record));
            if fulfils(query, &resource) {
                page.items.push(resource);
            }
        }
        scanned += ids.len();
        let Some(last) = ids.last().filter(|_| ids.len() as u64 == BATCH) else {
            return Ok(page);
        };
        after = Some(*last);
        if scanned >= SCANNED || page.items.len() == query.count {
            page.next = Some(last.to_string());
            return Ok(page);
        }
    }
}

async fn by_number<L: Listed>(listed: &L, query: &Query) -> Result<Page> {
    let mut page = Page::default();
    let (mut after, mut scanned, mut found) = (None, 0, 0);
    loop {
        let ids = listed.ids(after, BATCH).await?;
        for record in listed.records(&ids).await? {
            let resource = listed.resource(&record);
            if fulfils(query, &resource) {
                if found >= query.skip && page.items.len() < query.count {
                    page.items.push(resource);
                }
                found += 1;
            }
        }
        scanned += ids.len();
        after = ids.last().copied();
        if (ids.len() as u64) < BATCH {
            page.total = Some(found);
            return Ok(page);
        }
        if scanned >= SCANNED {
            let problem = "the filter is compared with too many resources; write `id`, `userName`, \
                           `externalId`, `emails`, `displayName` or `groups` with `eq`, or use a cursor";
            return Err(ScimError::invalid(ScimType::TooMany, problem).into());
        }
    }
}

async fn unfiltered<L: Listed>(listed: &L, query: &Query) -> Result<Page> {
    let total = usize::try_from(listed.count().await?).unwrap_or(usize::MAX);
    let mut page = Page {
        total: Some(total),
        ..Page::default()
    };
    if query.count == 0 || query.skip >= total {
        return Ok(page);
    }
    let (mut after, mut left) = (None, query.skip);
    while left > 0 {
        let some = left.min(1_000);
        let ids = listed.ids(after, some as u64).await?;
        let Some(last) = ids.last().filter(|_| ids.len() == some) else {
            return Ok(page);
        };
        after = Some(*last);
        left -= some;
    }
    let ids = listed.ids(after, query.count as u64).await?;
    let records = listed.records(&ids).await?;
    page.items = records
        .iter()
        .map(|record| listed.resource(record))
        .collect();
    Ok(page)
}

#[cfg(test)]
mod tests;
