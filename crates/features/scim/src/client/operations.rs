//! Operations of targets.

use doorward_admin::found::FoundPage;
use doorward_admin::operation::{Again, Entry, Operation, Shown, entry};
use doorward_admin::prelude::*;
use doorward_admin::provisioning::UserLimit;
use doorward_domain::model::scim::ScimTarget;
use doorward_domain::secret::Secret;
use doorward_services::view;

use super::connection::Failure;
use super::report::Report;
use super::run::{self, Options, Work};
use super::targets::{self, Settings};

pub static LIST: Entry = entry::<List>();
pub static SHOW: Entry = entry::<Show>();
pub static CREATE: Entry = entry::<Create>();
pub static UPDATE: Entry = entry::<Update>();
pub static DELETE: Entry = entry::<Delete>();
pub static SYNC: Entry = entry::<Synchronize>();
pub static DRIFT: Entry = entry::<Drift>();

doorward_admin::targets! { {} => List }

doorward_admin::targets! {
    {
        /// Client ID of the application.
        client
    } => Show, Delete, Drift
}

view! {
    /// An application that gets users by SCIM. Its token is never shown.
    #[schema(as = ScimTarget)]
    pub TargetView(target: ScimTarget) {
        /// Client ID of the application.
        client: String = target.client_id.to_string();
        /// Base URL of its SCIM server.
        url: String = target.url;
        /// Users that it gets: all, role:NAME or organization:SLUG.
        users: String = target.users;
        /// True if it gets groups, too.
        groups: bool = target.has_groups;
        /// True if only commands run it.
        paused: bool = target.is_paused;
        /// True if the next run compares all users.
        full_due: bool = target.is_full_due;
        /// Time of the last run (RFC 3339).
        ran_at?: Time = target.ran_at;
        /// Time of the last run that compared all users (RFC 3339).
        full_at?: Time = target.full_at;
        /// Numbers of the last run.
        last_run: Report = Report::read(&target.report);
        /// Failure of the last run; absent after a successful one.
        last_error?: String = target.last_error;
        /// Number of failed runs since the last successful one.
        failures: u32 = target.failures;
        /// ID of the administrator who created it; null for the command line.
        created_by: Option<String> = target.created_by;
        /// Time of creation (RFC 3339).
        created_at: Time = target.created_at;
    }
}

/// An application that gets users.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewScimTarget)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Client ID of the application.
    client: String,
    /// Base URL of its SCIM server, such as `https://app.example/scim/v2`.
    url: String,
    /// Bearer token for its SCIM server.
    #[schema(value_type = String, format = Password)]
    token: Secret<String>,
    /// Users that it gets: all (the default), role:NAME or organization:SLUG.
    users: Option<String>,
    /// True if it gets groups, too.
    #[serde(default)]
    groups: bool,
    /// True if only commands run it, until it is changed.
    #[serde(default)]
    paused: bool,
}

/// Other settings of an application; absent ones stay.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ScimTargetChange)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Client ID of the application.
    client: String,
    /// Base URL of its SCIM server.
    url: Option<String>,
    /// Bearer token for its SCIM server.
    #[schema(value_type = Option<String>, format = Password)]
    token: Option<Secret<String>>,
    /// Users that it gets: all, role:NAME or organization:SLUG.
    users: Option<String>,
    /// True if it gets groups, too.
    groups: Option<bool>,
    /// True if only commands run it.
    paused: Option<bool>,
}

/// A synchronization of an application.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ScimSyncOptions)]
#[serde(deny_unknown_fields)]
pub struct Synchronize {
    /// Client ID of the application.
    client: String,
    /// True shows the differences, and changes nothing.
    dry_run: Option<bool>,
    /// Maximum of users that the run disables: a number, or a share such as 5% (the default).
    max_leavers: Option<String>,
}

impl Operation for List {
    const TITLE: &'static str = "List the applications that get users by SCIM";
    const CALL: &'static str = "GET scim-targets paged";
    const COMMAND: &'static str = "scim target list";
    const TABLE: &'static str = "client url users ran_at last_error";
    type Done = FoundPage<TargetView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let found = targets::page(context, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |target| target.client_id.to_string());
        Ok(page.map(TargetView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an application that gets users by SCIM, with its last run";
    const CALL: &'static str = "GET scim-targets/{client}";
    const COMMAND: &'static str = "scim target show CLIENT=client";
    type Done = Shown<TargetView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = targets::get(context, &self.client).await?;
        Ok(Shown::unversioned(found.into()))
    }
}

impl Operation for Create {
    const TITLE: &'static str = "Provision users to an application by SCIM";
    const TEXT: &'static str = "The server creates, changes and disables users at the SCIM server of the application (RFC 7644); \
         `externalId` is the `sub` that the client knows. Accounts that others provision there stay as they are.";
    const CALL: &'static str = "POST scim-targets once";
    const COMMAND: &'static str =
        "scim target create CLIENT=client --url --users --groups --paused";
    const DONE: &'static str = "The target {client} is created.";
    type Done = Shown<TargetView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let settings = Settings {
            url: Some(self.url),
            token: Some(self.token),
            users: self.users,
            groups: Some(self.groups),
            paused: Some(self.paused),
        };
        let created = targets::create(context, &self.client, &settings).await?;
        Ok(Shown::unversioned(created.into()))
    }

    fn again() -> Option<Again> {
        Some(Again::new("users:write", &SHOW))
    }
}

impl Operation for Update {
    const TITLE: &'static str = "Change an application that gets users by SCIM";
    const CALL: &'static str = "PATCH scim-targets/{client}";
    const COMMAND: &'static str =
        "scim target update CLIENT=client --url --users --groups --paused";
    const DONE: &'static str = "The target {client} is changed.";
    type Done = Shown<TargetView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let settings = Settings {
            url: self.url,
            token: self.token,
            users: self.users,
            groups: self.groups,
            paused: self.paused,
        };
        let changed = targets::update(context, &self.client, &settings).await?;
        Ok(Shown::unversioned(changed.into()))
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "End the provisioning to an application; its users remain there";
    const CALL: &'static str = "DELETE scim-targets/{client} reason";
    const COMMAND: &'static str = "scim target delete CLIENT=client";
    const DONE: &'static str = "The application {client} gets no users any more.";
    type Done = Shown<TargetView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = targets::delete(context, &self.client).await?;
        Ok(Shown::unversioned(found.into()))
    }
}

async fn synchronize(
    context: &AdminContext<'_>,
    client: &str,
    options: Options,
) -> Result<Shown<Report>> {
    let target = targets::get(context, client).await?;
    match run::run(context, &target, Work::Full(options)).await {
        Ok(Some(report)) => Ok(Shown::unversioned(report)),
        Ok(None) => {
            let problem = "another process provisions the application now";
            Err(AdminError::NoChange(problem.to_owned()))
        }
        Err(Failure::Admin(error)) => Err(error),
        Err(failure) => Err(AdminError::invalid("target", failure.to_string())),
    }
}

impl Operation for Synchronize {
    const TITLE: &'static str =
        "Compare all users of an application, and provision the differences";
    const CALL: &'static str = "- -";
    const COMMAND: &'static str = "scim target sync CLIENT=client --dry-run --max-leavers";
    type Done = Shown<Report>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let max_leavers = self.max_leavers.as_deref().map(UserLimit::parse);
        let max_leavers = max_leavers.transpose();
        let options = Options {
            dry: self.dry_run.unwrap_or(false),
            max_leavers: max_leavers
                .map_err(|problem| AdminError::invalid("max_leavers", problem))?,
        };
        synchronize(context, &self.client, options).await
    }
}

impl Operation for Drift {
    const TITLE: &'static str =
        "Show how the users of an application differ, and which it has that are unknown here";
    const CALL: &'static str = "- -";
    const COMMAND: &'static str = "scim target drift CLIENT=client";
    type Done = Shown<Report>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let options = Options {
            dry: true,
            ..Options::default()
        };
        let mut shown = synchronize(context, &self.client, options).await?;
        let is_different = !shown.view.differences.is_empty();
        shown.failure = is_different.then(|| "the application differs".to_owned());
        Ok(shown)
    }
}
