//! `/admin/roles.csv` and `.json`: roles.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::roles;
use doorward_domain::model::Role;
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::list_file::{FileList, FileRows, ROWS};
use crate::routes::ROLES;

/// All roles.
pub(super) struct Roles;

impl FileList for Roles {
    const HOME: &'static str = ROLES;
    const COLUMNS: &'static [&'static str] = &["name", "description", "state", "permissions"];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.need("roles:read")
    }

    async fn open(_console: &Console<'_>) -> Result<Self, PageError> {
        Ok(Self)
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        _layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let found = roles::page(context, after, ROWS).await?;
        let key = |role: &Role| role.name.clone();
        Ok(FileRows::from_objects(&found, key, row))
    }
}

fn row(role: &Role) -> Vec<Value> {
    let state = if role.active { "active" } else { "inactive" };
    vec![
        json!(role.name),
        json!(role.description),
        json!(state),
        json!(role.permissions),
    ]
}
