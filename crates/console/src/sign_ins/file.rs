//! `/admin/sign-ins.csv` and `.json`: sign-in attempts and rejected requests.

use actix_web::web::ServiceConfig;
use doorward_admin::attempts::{self, FoundAttempt};
use doorward_admin::exports;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::{SignInAttemptId, User};
use doorward_http::page::PageError;
use doorward_store::repo::attempts::AttemptFilter;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::sign_ins;
use crate::sign_ins::paths;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Attempts>(config, ["/admin/sign-ins.csv", "/admin/sign-ins.json"]);
}

/// The attempts of a filter.
struct Attempts(AttemptFilter);

impl FileList for Attempts {
    const HOME: &'static str = paths::HOME;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "at",
        "outcome",
        "step",
        "rule",
        "reason",
        "user_id",
        "name",
        "client_id",
        "address",
        "request_id",
        "detail",
    ];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.require_global("audit:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let cursor = sign_ins::cursor(console)?;
        let query = sign_ins::query(&cursor)?;
        let log = Some(&*console.page.context.limits.attempts);
        let filter = attempts::filter(&console.context(), log, &query).await;
        Ok(Self(Console::read(filter)?))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        exports::record_attempts(context, &self.0).await
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let before = after.and_then(SignInAttemptId::parse);
        let found = attempts::page(context, &self.0, before, ROWS).await?;
        let key = |(attempt, _): &FoundAttempt| attempt.id.to_string();
        let row = |found: &FoundAttempt| row(layout, found);
        Ok(FileRows::from_objects(&found, key, row))
    }
}

fn row(layout: &Layout, (attempt, user): &FoundAttempt) -> Vec<Value> {
    vec![
        json!(attempt.id.to_string()),
        time(layout, attempt.at),
        json!(attempt.outcome.as_str()),
        json!(attempt.step.as_str()),
        json!(attempt.rule),
        json!(attempt.reason),
        json!(attempt.user_id.map(|id| id.to_string())),
        json!(user.as_ref().map(User::display_name)),
        json!(attempt.client_id),
        json!(attempt.address),
        json!(attempt.request_id),
        json!(attempt.detail),
    ]
}
