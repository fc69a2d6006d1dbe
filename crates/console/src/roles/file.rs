//! `/admin/roles.csv` and `.json`: roles.

use actix_web::web::ServiceConfig;
use doorward_admin::name_search;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::Role;
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::routes::ROLES;
use crate::ui::cursor::Cursor;
use crate::ui::list_file::{FileList, FileRows, ROWS, register};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Roles>(config, ["/admin/roles.csv", "/admin/roles.json"]);
}

/// The roles whose name has a prefix.
struct Roles(String);

impl FileList for Roles {
    const HOME: &'static str = ROLES;
    const COLUMNS: &'static [&'static str] = &["name", "description", "state", "permissions"];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.need("roles:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let cursor = Cursor::read(console, &["q"])?;
        Ok(Self(cursor.filter("q").to_owned()))
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        _layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let found = name_search::roles(context, &self.0, after, ROWS).await?;
        Ok(FileRows {
            rows: found.items.iter().map(|found| row(&found.role)).collect(),
            next: found.next,
        })
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
