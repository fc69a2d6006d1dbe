//! `/admin/groups.csv` and `.json`: groups.

use actix_web::web::ServiceConfig;
use doorward_admin::name_search;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::Group;
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::routes::GROUPS;
use crate::ui::cursor::Cursor;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Groups>(config, ["/admin/groups.csv", "/admin/groups.json"]);
}

/// The groups in reach whose path has a prefix.
struct Groups(String);

impl FileList for Groups {
    const HOME: &'static str = GROUPS;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "path",
        "organization",
        "description",
        "code",
        "manager_id",
        "created_at",
        "updated_at",
    ];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.need("groups:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let cursor = Cursor::read(console, &["q"])?;
        Ok(Self(cursor.filter("q").to_owned()))
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let found = name_search::groups(context, &self.0, None, after, ROWS).await?;
        Ok(FileRows {
            rows: found.items.iter().map(|found| row(layout, found)).collect(),
            next: found.next,
        })
    }
}

fn row(layout: &Layout, group: &Group) -> Vec<Value> {
    vec![
        json!(group.id.to_string()),
        json!(group.path),
        json!(group.org),
        json!(group.description),
        json!(group.code),
        json!(group.manager.map(|id| id.to_string())),
        time(layout, group.created_at),
        time(layout, group.updated_at),
    ]
}
