//! `/admin/grants.csv` and `.json`: role assignments.

use actix_web::web::ServiceConfig;
use doorward_admin::assignments::{self, NamedAssignment};
use doorward_admin::exports;
use doorward_admin::found::Found;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::time::UnixSeconds;
use doorward_http::page::PageError;
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::roles::grants;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Assignments>(config, ["/admin/grants.csv", "/admin/grants.json"]);
}

/// The assignments of a filter; `None` if it names a holder that does not exist.
struct Assignments(Option<AssignmentFilter>);

impl FileList for Assignments {
    const HOME: &'static str = grants::HOME;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "holder_kind",
        "holder_id",
        "holder",
        "role",
        "organization",
        "state",
        "expires_at",
        "created_at",
        "assigned_by_id",
        "assigned_by",
    ];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.need("roles:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let (_, filter) = grants::filter(console).await?;
        Ok(Self(filter))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        match &self.0 {
            Some(filter) => exports::record_assignments(context, filter).await,
            None => Ok(()),
        }
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let Some(filter) = &self.0 else {
            return Ok(FileRows::default());
        };
        let found = assignments::page(context, filter, after, ROWS).await?;
        let now = context.now();
        let key = |found: &Found<NamedAssignment>| found.cursor.clone();
        let row = |found: &Found<NamedAssignment>| row(layout, &found.item, now);
        Ok(FileRows::from_objects(&found, key, row))
    }
}

fn row(layout: &Layout, named: &NamedAssignment, now: UnixSeconds) -> Vec<Value> {
    let assignment = &named.assignment;
    let state = if assignment.is_live(now) {
        "active"
    } else {
        "inactive"
    };
    vec![
        json!(assignment.id.to_string()),
        json!(assignment.subject_kind.as_str()),
        json!(assignment.subject_id),
        json!(named.holder),
        json!(assignment.role),
        json!(assignment.org),
        json!(state),
        time(layout, assignment.expires_at),
        time(layout, assignment.created_at),
        json!(assignment.assigned_by),
        json!(named.assigner),
    ]
}
