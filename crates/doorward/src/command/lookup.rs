//! Reads objects that several commands name or list.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::users;
use doorward_domain::model::UserId;

use crate::error::Result;

/// Number of objects read per query.
pub(super) const PAGE: u64 = 200;

pub(super) async fn user_id(
    context: &AdminContext<'_>,
    name: Option<&str>,
) -> Result<Option<UserId>> {
    match name {
        Some(name) => Ok(Some(users::get(context, name).await?.id)),
        None => Ok(None),
    }
}

/// Reads a whole list; `read` returns the page after an item.
pub(super) async fn all_pages<T>(
    read: impl AsyncFn(Option<&T>) -> Result<Vec<T>, AdminError>,
) -> Result<Vec<T>> {
    let mut all: Vec<T> = Vec::new();
    loop {
        let page = read(all.last()).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
