//! The users of a bulk change that are chosen by a filter: those that the list of users shows with it.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use doorward_domain::model::BulkSelection;
use doorward_protocol::params::Params;
use doorward_rules::list_filter::UserFilter;

use crate::operator::{AdminContext, AdminError, Result};
use crate::user_search;

const LONGEST: usize = 1000;

/// Reads the filter of the list of users from a query string. An unknown parameter is an error:
/// without it, the change would include more users than the list shows.
pub(crate) fn parse(query: &str) -> Result<UserFilter> {
    let invalid = |problem: &str| AdminError::invalid("filter", problem);
    if query.len() > LONGEST {
        return Err(invalid("is too long"));
    }
    let params = Params::parse(query.as_bytes());
    let params = params.map_err(|_| invalid("is not a query string"))?;
    let mut values = BTreeMap::new();
    for (name, value) in params.iter() {
        if !UserFilter::NAMES.contains(&name) {
            let problem = "has a parameter that the list of users does not have";
            return Err(invalid(problem));
        }
        if values.insert(name, value).is_some() {
            return Err(invalid("has a parameter twice"));
        }
    }
    let value = |name: &str| values.get(name).copied().unwrap_or_default();
    let filter = UserFilter::parse(value);
    filter.map_err(|name| invalid(&format!("has an invalid value of {name}")))
}

pub(crate) fn check(context: &AdminContext<'_>, selection: &BulkSelection) -> Result<()> {
    match selection {
        BulkSelection::Users(_) => Ok(()),
        BulkSelection::Filter(query) => user_search::check(context, &parse(query)?),
    }
}

/// Counts the chosen users; returns `None` if that would examine too many.
#[boxed(?Send)]
pub async fn count(context: &AdminContext<'_>, selection: &BulkSelection) -> Result<Option<u64>> {
    let (number, is_more) = count_some(context, selection).await?;
    Ok((!is_more).then_some(number))
}

/// Counts the chosen users; the flag is true if there may be more.
pub(crate) async fn count_some(
    context: &AdminContext<'_>,
    selection: &BulkSelection,
) -> Result<(u64, bool)> {
    match selection {
        BulkSelection::Users(users) => Ok((users.len() as u64, false)),
        BulkSelection::Filter(query) => {
            let found = user_search::search(context, &parse(query)?, None, 1).await?;
            let count = found.count.map(|count| (count.number, count.is_more));
            Ok(count.unwrap_or((0, true)))
        }
    }
}

#[cfg(test)]
mod tests;
