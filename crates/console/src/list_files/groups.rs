//! `/admin/groups.csv` and `.json`: groups.

use doorward_admin::groups;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::{Group, GroupId};
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::list_file::{FileList, FileRows, ROWS, time};
use crate::routes::GROUPS;

/// The groups in reach.
pub(super) struct Groups;

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

    async fn open(_console: &Console<'_>) -> Result<Self, PageError> {
        Ok(Self)
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let after = after.and_then(GroupId::parse);
        let found = groups::list(context, None, after, ROWS).await?;
        let key = |group: &Group| group.id.to_string();
        let row = |group: &Group| row(layout, group);
        Ok(FileRows::from_objects(&found, key, row))
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
