//! `/admin/sessions.csv` and `.json`: live sessions.

use actix_web::web::ServiceConfig;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{exports, sessions};
use doorward_domain::model::{Session, SessionId, User};
use doorward_http::page::PageError;
use doorward_store::repo::live_sessions::SessionFilter;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::sessions::paths::SESSIONS;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Sessions>(config, ["/admin/sessions.csv", "/admin/sessions.json"]);
}

/// The sessions of a filter; `None` if it names a user or a client that does not exist.
struct Sessions(Option<SessionFilter>);

impl FileList for Sessions {
    const HOME: &'static str = SESSIONS;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "name",
        "ip",
        "user_agent",
        "created_at",
        "last_seen_at",
        "expires_at",
    ];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.require_global("sessions:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let (_, filter) = crate::sessions::filter(console).await?;
        Ok(Self(filter))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        match &self.0 {
            Some(filter) => exports::record_sessions(context, filter).await,
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
        let before = after.and_then(SessionId::parse);
        let found = match sessions::page(context, filter, before, ROWS).await {
            // The user may have been deleted since the start of the file.
            Err(AdminError::NotFound { .. }) => Vec::new(),
            found => found?,
        };
        let has_names = context.require_global("users:read").is_ok();
        let key = |(session, _): &(Session, User)| session.id.to_string();
        let row = |(session, user): &(Session, User)| row(layout, session, user, has_names);
        Ok(FileRows::from_objects(&found, key, row))
    }
}

/// Returns the values of a session. Its user has a name for an administrator who may read users.
fn row(layout: &Layout, session: &Session, user: &User, has_name: bool) -> Vec<Value> {
    vec![
        json!(session.id.to_string()),
        json!(session.user_id.to_string()),
        json!(has_name.then(|| user.display_name())),
        json!(session.ip),
        json!(session.user_agent),
        time(layout, session.created_at),
        time(layout, session.last_seen_at),
        time(layout, session.expires_at),
    ]
}
