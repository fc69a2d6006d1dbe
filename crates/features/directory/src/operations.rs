//! Commands for directories, which only the configuration names.

use std::sync::Arc;

use doorward_admin::fetch::egress;
use doorward_admin::found::FoundPage;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_admin::provisioning::UserLimit;
use doorward_console_ui::feature::ProvisioningRun;
use doorward_services::view::time;
use ldap3::Scope;

use crate::account_state;
use crate::client::{self, Connection};
use crate::settings::{self, Directories, Directory};
use crate::sync::{self, Memory, Options, Report};
use crate::{filter, groups, provision};

doorward_admin::entries! {
    LIST: List, SHOW: Show, TEST: Test, SYNC: Synchronize,
}

doorward_admin::targets! {
    {} => List
}

doorward_admin::targets! {
    {
        /// Name of the directory.
        name
    } => Show
}

/// Returns the configured directories.
pub fn configured(context: &AdminContext<'_>) -> Result<Arc<Directories>> {
    context.must_administer()?;
    let file = context.settings.config();
    let file = file.and_then(|config| config.directories.file.as_ref());
    let Some(file) = file else {
        return Ok(Arc::default());
    };
    settings::load(file).map_err(|problem| AdminError::invalid("directories.file", problem))
}

/// Returns the last synchronizations for the page of all systems that give or get users.
pub async fn provisioning(context: &AdminContext<'_>) -> Result<Vec<ProvisioningRun>> {
    let mut runs = Vec::new();
    for directory in configured(context)?.iter() {
        let memory = Memory::read(context.db.read(), directory).await?;
        runs.push(ProvisioningRun {
            kind: "console-provisioning-directory",
            name: directory.name.clone(),
            last_run: (memory.at > 0).then_some(memory.at),
            failure: memory.failure,
        });
    }
    Ok(runs)
}

fn named(context: &AdminContext<'_>, name: &str) -> Result<Arc<Directory>> {
    let all = configured(context)?;
    let found = all.iter().find(|directory| directory.name == name);
    let found = found.ok_or_else(|| AdminError::not_found("directory", name))?;
    Ok(Arc::clone(found))
}

/// A directory with its latest synchronization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Directory)]
pub struct View {
    /// Name.
    name: String,
    /// Servers, in the order in which they are asked.
    servers: Vec<String>,
    /// Entry below which users are searched for.
    base: String,
    /// Filter of users.
    filter: String,
    /// Attributes that a login identifier is compared with.
    login: Vec<String>,
    /// Roles that groups give.
    roles: Vec<String>,
    /// Time of the latest synchronization (RFC 3339); null before the first one.
    synchronized_at: Option<String>,
    /// Time of the latest one of all entries (RFC 3339).
    full_at: Option<String>,
    /// Numbers of the latest successful one.
    latest: Report,
    /// Failure of the latest one.
    failure: Option<String>,
}

async fn view(context: &AdminContext<'_>, directory: &Directory) -> Result<View> {
    let memory = Memory::read(context.db.read(), directory).await?;
    let moment = |at: UnixSeconds| (at > 0).then(|| time(at));
    let roles = directory.roles.values().flatten().cloned();
    let roles: std::collections::BTreeSet<String> = roles.collect();
    Ok(View {
        name: directory.name.clone(),
        servers: directory
            .servers
            .iter()
            .map(|server| server.url.to_string())
            .collect(),
        base: directory.base.clone(),
        filter: directory.filter.clone(),
        login: directory.login.clone(),
        roles: roles.into_iter().collect(),
        synchronized_at: moment(memory.at),
        full_at: moment(memory.full_at),
        latest: memory.report,
        failure: memory.failure,
    })
}

impl Operation for List {
    const TITLE: &'static str = "List the directories of the configuration";
    const CALL: &'static str = "- -";
    const COMMAND: &'static str = "directory list";
    const TABLE: &'static str = "name servers synchronized_at failure";
    type Done = FoundPage<View>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let mut views = Vec::new();
        for directory in configured(context)?.iter() {
            views.push(view(context, directory).await?);
        }
        Ok(FoundPage::whole(views))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a directory and its latest synchronization";
    const CALL: &'static str = "- -";
    const COMMAND: &'static str = "directory show NAME=name";
    type Done = Shown<View>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let directory = named(context, &self.name)?;
        Ok(Shown::unversioned(view(context, &directory).await?))
    }
}

/// A test of a directory, which changes nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DirectoryTest)]
pub struct Test {
    /// Name of the directory.
    name: String,
    /// Login identifier of a user to look for; no password is asked for or sent.
    user: Option<String>,
}

/// The result of a test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryTestResult)]
pub struct Tested {
    /// Each server with its answer: `ok`, or the failure.
    servers: Vec<String>,
    /// Entry of the user.
    entry: Option<String>,
    /// ID of the entry, by which its account is found.
    id: Option<String>,
    /// User name of the account.
    username: Option<String>,
    /// E-mail address of the account.
    email: Option<String>,
    /// Fields of the profile that the entry decides.
    fields: Vec<String>,
    /// Roles of the account by the groups of the entry.
    roles: Vec<String>,
    /// Reason why the user could not sign in; null if there is none.
    closed: Option<String>,
}

impl Operation for Test {
    const TITLE: &'static str =
        "Test the servers of a directory, and show what the entry of a user gives";
    const CALL: &'static str = "- -";
    const COMMAND: &'static str = "directory test NAME=name --user";
    type Done = Shown<Tested>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let directory = named(context, &self.name)?;
        let (servers, connection) = probe(context, &directory).await?;
        let is_down = connection.is_none();
        let mut tested = Tested {
            servers,
            entry: None,
            id: None,
            username: None,
            email: None,
            fields: Vec::new(),
            roles: Vec::new(),
            closed: None,
        };
        if let (Some(user), Some(mut connection)) = (&self.user, connection) {
            let found = look_up(context, &directory, &mut connection, user, &mut tested);
            found.await?;
        }
        let failure = is_down.then(|| "no server of the directory answers".to_owned());
        Ok(Shown::unversioned(tested).with_failure(failure))
    }
}

/// Asks each server. Returns their answers, and the first connection.
async fn probe<'a>(
    context: &AdminContext<'_>,
    directory: &'a Directory,
) -> Result<(Vec<String>, Option<Connection<'a>>)> {
    let http = egress(context)?;
    let (mut answers, mut first) = (Vec::new(), None);
    for server in &directory.servers {
        let answer = match client::open_at(&http, directory, server).await {
            Ok(connection) => {
                first = first.or(Some(connection));
                "ok".to_owned()
            }
            Err(failure) => failure.to_string(),
        };
        answers.push(format!("{}: {answer}", server.url));
    }
    Ok((answers, first))
}

/// Returns the answer of each server, for the check of the deployment.
pub async fn unanswered(context: &AdminContext<'_>, directory: &Directory) -> Result<Vec<String>> {
    let (answers, _) = probe(context, directory).await?;
    let failed = answers
        .into_iter()
        .filter(|answer| !answer.ends_with(": ok"));
    Ok(failed.collect())
}

async fn look_up(
    context: &AdminContext<'_>,
    directory: &Directory,
    connection: &mut Connection<'_>,
    user: &str,
    tested: &mut Tested,
) -> Result<()> {
    let failed = |problem: client::Unanswered| AdminError::invalid("directory", problem.0);
    let filter = filter::by_login(directory, user);
    let names = directory.attributes();
    let found = connection.search(&directory.base, Scope::Subtree, &filter, &names, 2);
    let found = found.await.map_err(failed)?;
    let entry = match found.as_slice() {
        [entry] => entry,
        [] => return Err(AdminError::not_found("entry", user)),
        _ => {
            let problem = "several entries have this login identifier";
            return Err(AdminError::invalid("user", problem));
        }
    };
    let roles = groups::of_user(connection, directory, entry).await;
    let wanted = provision::wanted(context, directory, entry, roles.map_err(failed)?).await?;
    tested.entry = Some(entry.dn.clone());
    tested.id = entry.id(&directory.id);
    let closed = account_state::of_entry(entry, context.now());
    tested.closed = closed.map(|closed| closed.reason().to_owned());
    match wanted {
        Ok(wanted) => {
            tested.username = Some(wanted.username);
            tested.email = Some(wanted.email);
            let fields = wanted.fields.into_iter();
            let fields = fields.filter(|(_, text)| !text.is_empty());
            tested.fields = fields
                .map(|(field, text)| format!("{}={text}", field.name()))
                .collect();
            tested.roles = wanted.roles.into_iter().collect();
        }
        Err(problem) => tested.closed = Some(problem.to_owned()),
    }
    Ok(())
}

/// A synchronization of a directory.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DirectorySyncOptions)]
pub struct Synchronize {
    /// Name of the directory.
    name: String,
    /// True reads all entries, also when only the changed ones are due.
    full: Option<bool>,
    /// True shows the numbers, and changes nothing.
    dry_run: Option<bool>,
    /// Maximum of accounts that the run disables: a number, or a share such as 5%; default: that of the
    /// directory.
    max_leavers: Option<String>,
}

impl Operation for Synchronize {
    const TITLE: &'static str = "Synchronize the accounts of a directory";
    const CALL: &'static str = "- -";
    const COMMAND: &'static str = "directory sync NAME=name --full --dry-run --max-leavers";
    type Done = Shown<Report>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let directory = named(context, &self.name)?;
        let max_leavers = self.max_leavers.as_deref().map(UserLimit::parse);
        let max_leavers = max_leavers.transpose();
        let options = Options {
            full: self.full.unwrap_or(false),
            dry: self.dry_run.unwrap_or(false),
            max_leavers: max_leavers
                .map_err(|problem| AdminError::invalid("max_leavers", problem))?,
        };
        let http = egress(context)?;
        match sync::run(context, &http, &directory, options).await {
            Ok(report) => Ok(Shown::unversioned(report)),
            Err(sync::SyncError::Admin(error)) => Err(error),
            Err(error) => Err(AdminError::invalid("directory", error.to_string())),
        }
    }
}
