//! `/admin/audit.csv` and `.json`: events of the audit log.

use actix_web::web::ServiceConfig;
use doorward_admin::audit_log;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::{AuditId, AuditRecord};
use doorward_http::page::PageError;
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::audit::filter;
use crate::console::Console;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Audit>(config, ["/admin/audit.csv", "/admin/audit.json"]);
}

/// The events of a filter.
struct Audit(AuditFilter);

impl FileList for Audit {
    const HOME: &'static str = filter::HOME;
    const COLUMNS: &'static [&'static str] = &audit_log::COLUMNS;

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.require_global("audit:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let cursor = filter::read(console)?;
        let query = filter::query(&cursor, console.now())?;
        let filter = audit_log::filter(&console.context(), &query).await;
        Ok(Self(Console::read(filter)?))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        audit_log::record_export(context, &self.0).await
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let before = after.and_then(AuditId::parse);
        let found = audit_log::records(context, &self.0, before, ROWS).await?;
        let key = |event: &AuditRecord| event.id.to_string();
        let row = |event: &AuditRecord| row(layout, event);
        Ok(FileRows::from_objects(&found, key, row))
    }

    /// Returns the row with the details as an object. A row that was tampered with keeps its text.
    fn json_row(row: Vec<Value>) -> Vec<Value> {
        let cells = row.into_iter().zip(audit_log::COLUMNS);
        let parsed = cells.map(|(value, column)| match value {
            Value::String(text) if column == "detail" => {
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            }
            value => value,
        });
        parsed.collect()
    }
}

/// Returns the values of an event, which the CSV file contains as [`audit_log::cells`].
fn row(layout: &Layout, event: &AuditRecord) -> Vec<Value> {
    vec![
        json!(event.id.to_string()),
        time(layout, event.at),
        json!(event.kind),
        json!(event.success),
        json!(event.actor),
        json!(event.subject),
        json!(event.client_id),
        json!(event.ip),
        json!(event.user_agent),
        json!(event.detail),
        json!(event.request_id),
    ]
}
