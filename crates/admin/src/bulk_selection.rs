//! The users of a bulk change that are chosen by a filter: those that the list of users shows with it.

use doorward_domain::model::{BulkSelection, User, UserId};
use doorward_protocol::params::Params;
use doorward_store::repo::PAGE_MAX;

use super::found::Found;
use super::operator::{AdminContext, AdminError};
use super::{user_search, users};

/// Maximum length of a filter in bytes.
const LONGEST: usize = 1000;

/// The filter of the list of users.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct UserFilter {
    /// The searched text; empty: all users.
    text: String,
}

impl UserFilter {
    /// Reads the filter from a query string. An unknown parameter is an error: without it, the change
    /// would include more users than the list shows.
    pub(super) fn parse(query: &str) -> Result<Self, AdminError> {
        let invalid = |problem: &str| AdminError::invalid("filter", problem);
        if query.len() > LONGEST {
            return Err(invalid("is too long"));
        }
        let params = Params::parse(query.as_bytes());
        let params = params.map_err(|_| invalid("is not a query string"))?;
        let mut filter = Self::default();
        for (name, value) in params.iter() {
            match name {
                "q" if filter.text.is_empty() => value.trim().clone_into(&mut filter.text),
                _ => {
                    return Err(invalid(
                        "has a parameter that the list of users does not have",
                    ));
                }
            }
        }
        Ok(filter)
    }
}

/// Lists at most `limit` users of the filter, after the cursor `after` of [`Found`].
pub(super) async fn page(
    context: &AdminContext<'_>,
    filter: &UserFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Found<User>>, AdminError> {
    let text = filter.text.as_str();
    let with_id = |user: User| Found {
        cursor: user.id.to_string(),
        item: user,
    };
    if text.is_empty() {
        let invalid = || AdminError::invalid("cursor", "not from this list");
        let after = after.map(|id| UserId::parse(id).ok_or_else(invalid));
        let found = users::page(context, after.transpose()?, limit).await?;
        return Ok(found.into_iter().map(with_id).collect());
    }
    if UserId::parse(text).is_none() {
        return user_search::search(context, text, after, limit).await;
    }
    let found = users::find(context, text).await?;
    let found = found.filter(|_| after.is_none());
    Ok(found.into_iter().map(with_id).collect())
}

/// Counts the chosen users; returns `None` if there are too many to count.
///
/// # Errors
/// [`AdminError::Denied`] without `users:read`, [`AdminError::Invalid`] for a filter that the list of
/// users does not have.
pub async fn count(
    context: &AdminContext<'_>,
    selection: &BulkSelection,
) -> Result<Option<u64>, AdminError> {
    match selection {
        BulkSelection::Users(users) => Ok(Some(users.len() as u64)),
        BulkSelection::Filter(query) => {
            let filter = UserFilter::parse(query)?;
            let found = page(context, &filter, None, PAGE_MAX).await?.len() as u64;
            Ok((found < PAGE_MAX).then_some(found))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UserFilter;

    #[test]
    fn unknown_or_repeated_parameter_is_rejected() {
        let text = |query| UserFilter::parse(query).map(|filter| filter.text).ok();
        assert_eq!(text(""), Some(String::new()));
        assert_eq!(text("q=+al%40"), Some("al@".to_owned()));
        let long = "q=".to_owned() + &"a".repeat(1000);
        for wrong in ["role=admin", "q=a&q=b", "q=a&state=disabled", "q=%", &long] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }
}
