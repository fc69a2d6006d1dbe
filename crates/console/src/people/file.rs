//! `/admin/people.csv` and `.json`: users.

use actix_web::web::ServiceConfig;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::user_search;
use doorward_domain::model::User;
use doorward_domain::rules::list_filter::{UserFilter, UserState};
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::people;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Users>(config, ["/admin/people.csv", "/admin/people.json"]);
}

/// The users of a filter.
struct Users(UserFilter);

impl FileList for Users {
    const HOME: &'static str = people::HOME;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "username",
        "email",
        "email_verified",
        "name",
        "state",
        "last_login",
        "created_at",
        "updated_at",
    ];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.need("users:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let (_, filter) = people::filter(console)?;
        Ok(Self(filter))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        user_search::record_export(context, &self.0).await
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let found = user_search::search(context, &self.0, after, ROWS).await?;
        Ok(FileRows {
            rows: found.items.iter().map(|user| row(layout, user)).collect(),
            next: found.next,
        })
    }
}

fn row(layout: &Layout, user: &User) -> Vec<Value> {
    vec![
        json!(user.id.to_string()),
        json!(user.named()),
        json!(user.email),
        json!(user.email_verified),
        json!(user.display_name()),
        json!(UserState::of_user(user).as_str()),
        time(layout, user.last_login.0),
        time(layout, user.created_at),
        time(layout, user.updated_at),
    ]
}
