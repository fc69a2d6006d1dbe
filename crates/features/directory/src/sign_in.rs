//! Sign-in with the password of a directory: by a bind as the user, each time.

use std::collections::BTreeSet;
use std::sync::Arc;

use doorward_accounts::password_source::{
    DIRECTORY_ISSUER, Managed, PasswordSource, Question, SourceAnswer, SourceDenial,
};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::{AttemptRule, LinkedAccount, User, UserId};
use doorward_services::caller::Caller;
use doorward_services::context::{Context, Core};
use doorward_services::error::{Result, ServerError};
use doorward_store::repo;
use ldap3::Scope;

use crate::account_state::{self, BindDenial};
use crate::client::{self, Bound, Connection, Unanswered};
use crate::entry::Entry;
use crate::settings::{self, Directories, Directory};
use crate::{filter, groups, provision};

pub const SOURCE: PasswordSource = PasswordSource {
    check: |context, question| Box::pin(check(context, question)),
    managed: |core, user| Box::pin(managed(core, user)),
};

/// Length of a login identifier, in characters.
const IDENTIFIER_MAX: usize = 256;
/// Key of the text for a user whose entry cannot have an account here.
const CONFLICT: &str = "directory-conflict";

impl From<Unanswered> for ServerError {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unavailable(format!("directory: {unanswered}"))
    }
}

/// Returns the link of a user with an entry of a directory.
async fn link_of(core: &Core, user: UserId) -> Result<Option<LinkedAccount>> {
    let links = repo::linked_accounts::list(core.db.read(), user).await?;
    let mut links = links.into_iter();
    Ok(links.find(|link| link.issuer.starts_with(DIRECTORY_ISSUER)))
}

/// Returns the configured directories; `None` without a file.
fn directories(core: &Core) -> Result<Option<Arc<Directories>>> {
    let Some(path) = &core.config.directories.file else {
        return Ok(None);
    };
    let read = settings::load(path);
    let read = read.map_err(|problem| ServerError::Unavailable(format!("directories: {problem}")));
    Ok(Some(read?))
}

async fn managed(core: &Core, user: UserId) -> Result<Option<Managed>> {
    if core.config.directories.file.is_none() {
        return Ok(None);
    }
    let Some(link) = link_of(core, user).await? else {
        return Ok(None);
    };
    let all = directories(core)?.unwrap_or_default();
    let directory = all.iter().find(|it| it.issuer() == link.issuer);
    let fields = directory.map(|directory| directory.fields.keys().copied().collect());
    Ok(Some(Managed {
        fields: fields.unwrap_or_default(),
    }))
}

async fn check(context: &Context, question: Question<'_>) -> Result<Option<SourceAnswer>> {
    let core = &context.core;
    if core.config.directories.file.is_none() || question.password.expose().is_empty() {
        return Ok(None);
    }
    let Some(user) = question.user else {
        return of_unknown(context, question).await;
    };
    let Some(link) = link_of(core, user.id).await? else {
        return Ok(None);
    };
    let all = directories(core)?.unwrap_or_default();
    let Some(directory) = all.iter().find(|it| it.issuer() == link.issuer) else {
        let name = link.issuer.trim_start_matches(DIRECTORY_ISSUER);
        let reason = "the directory is not configured";
        return Ok(Some(denied(
            name,
            AttemptRule::ProviderDisabled,
            reason,
            None,
        )));
    };
    let mut connection = client::open(&context.directory.http, directory).await?;
    let filter = filter::by_id(directory, &link.subject);
    let Some(entry) = find(&mut connection, directory, &filter).await? else {
        let reason = "gone from the directory";
        let rule = AttemptRule::UnknownUser;
        return Ok(Some(denied(&directory.name, rule, reason, None)));
    };
    let attempt = Attempt {
        context,
        directory,
        question,
    };
    Ok(Some(attempt.bind(connection, entry).await?))
}

/// Looks in each directory for a user who has no account here, or is known by another name.
async fn of_unknown(context: &Context, question: Question<'_>) -> Result<Option<SourceAnswer>> {
    let identifier = question.identifier.trim();
    if identifier.is_empty() || identifier.chars().count() > IDENTIFIER_MAX {
        return Ok(None);
    }
    let mut unanswered = None;
    for directory in directories(&context.core)?.unwrap_or_default().iter() {
        let found = async {
            let mut connection = client::open(&context.directory.http, directory).await?;
            let filter = filter::by_login(directory, identifier);
            let entry = find(&mut connection, directory, &filter).await?;
            Ok::<_, Unanswered>(entry.map(|entry| (connection, entry)))
        };
        match found.await {
            Ok(None) => {}
            Ok(Some((connection, entry))) => {
                let attempt = Attempt {
                    context,
                    directory,
                    question,
                };
                return Ok(Some(attempt.bind(connection, entry).await?));
            }
            Err(error) => unanswered = Some(error),
        }
    }
    match unanswered {
        Some(error) => Err(error.into()),
        None => Ok(None),
    }
}

/// Finds the only entry with a filter.
async fn find(
    connection: &mut Connection<'_>,
    directory: &Directory,
    filter: &str,
) -> std::result::Result<Option<Entry>, Unanswered> {
    let names = directory.attributes();
    let base = &directory.base;
    let found = connection.search(base, Scope::Subtree, filter, &names, 2);
    let mut found = found.await?;
    if found.len() > 1 {
        tracing::warn!(
            directory = directory.name,
            "a login identifier belongs to several entries"
        );
        return Ok(None);
    }
    Ok(found.pop())
}

fn denied(
    source: &str,
    rule: AttemptRule,
    reason: &'static str,
    said: Option<&'static str>,
) -> SourceAnswer {
    SourceAnswer::Denied(SourceDenial {
        source: source.to_owned(),
        rule,
        reason,
        said,
    })
}

/// An attempt of a user who is in a directory.
struct Attempt<'a> {
    context: &'a Context,
    directory: &'a Directory,
    question: Question<'a>,
}

impl Attempt<'_> {
    fn denial(
        &self,
        rule: AttemptRule,
        reason: &'static str,
        said: Option<&'static str>,
    ) -> SourceAnswer {
        denied(&self.directory.name, rule, reason, said)
    }

    /// Binds as the user. There is one attempt, at one server: each would count in the directory.
    async fn bind(&self, mut connection: Connection<'_>, entry: Entry) -> Result<SourceAnswer> {
        let (core, directory) = (&self.context.core, self.directory);
        let Some(id) = entry.id(&directory.id) else {
            let reason = "the entry has no ID";
            return Ok(self.denial(AttemptRule::ProviderRejected, reason, None));
        };
        let link = repo::linked_accounts::find(core.db.read(), &directory.issuer(), &id).await?;
        let user = match &link {
            Some(link) => repo::users::find_by_id(core.db.read(), link.user_id).await?,
            None => None,
        };
        if user.as_ref().is_some_and(|user| !user.is_active()) {
            let reason = "the account is disabled here";
            return Ok(self.denial(AttemptRule::UserDisabled, reason, None));
        }
        let password = self.question.password.expose();
        if let Bound::No(code, text) = connection.bind_as(&entry.dn, password).await? {
            let denial = BindDenial::read(code, &text);
            return Ok(self.denial(denial.rule(), denial.reason(), denial.said()));
        }
        if let Some(closed) = account_state::of_entry(&entry, core.now()) {
            return Ok(self.denial(closed.rule(), closed.reason(), Some(closed.said())));
        }
        connection.bind_to_search().await?;
        let roles = groups::of_user(&mut connection, directory, &entry).await?;
        self.admit(link.zip(user), &id, &entry, roles).await
    }

    /// Creates or changes the account of a user whose password is right.
    async fn admit(
        &self,
        known: Option<(LinkedAccount, User)>,
        id: &str,
        entry: &Entry,
        roles: BTreeSet<String>,
    ) -> Result<SourceAnswer> {
        let (core, directory) = (&self.context.core, self.directory);
        let caller = Caller::of_server(&core.random);
        let admin = AdminContext::of_task(self.context, None, caller);
        let admin = provision::context(&admin, directory);
        let said = Some(CONFLICT);
        let rule = AttemptRule::ProviderLink;
        let wanted = provision::wanted(&admin, directory, entry, roles).await;
        let wanted = match wanted.map_err(to_server_error)? {
            Ok(wanted) => wanted,
            Err(reason) => return Ok(self.denial(rule, reason, said)),
        };
        let source = directory.source();
        let records = repo::imports::find(core.db.read(), &source, provision::USER, [id]).await?;
        let user = match (known, records.get(id)) {
            (Some((link, user)), Some(record)) => {
                let read = core.db.read();
                let present = provision::present(read, user, record).await;
                let present = present.map_err(to_server_error)?;
                let updated = provision::update(&admin, &present, &wanted, record).await;
                updated.map_err(to_server_error)?;
                self.record_use(link, present.user.id).await?
            }
            // A link that another program stored.
            (Some((link, user)), None) => self.record_use(link, user.id).await?,
            (None, Some(_)) => {
                let reason = "the account was deleted or unlinked here";
                return Ok(self.denial(rule, reason, said));
            }
            (None, None) => match provision::create(&admin, directory, id, &wanted).await {
                Ok(user) => user,
                Err(AdminError::Taken { .. }) => {
                    let reason = "another account has the user name or the e-mail address";
                    return Ok(self.denial(rule, reason, said));
                }
                Err(AdminError::Invalid { .. }) => {
                    let reason = "a value of the entry cannot be stored";
                    return Ok(self.denial(rule, reason, said));
                }
                Err(error) => return Err(to_server_error(error)),
            },
        };
        Ok(SourceAnswer::Right {
            user: Box::new(user),
            source: directory.name.clone(),
        })
    }

    /// Records the use of a link, and returns the present account.
    async fn record_use(&self, mut link: LinkedAccount, id: UserId) -> Result<User> {
        let core = &self.context.core;
        let user = repo::users::find_by_id(core.db.read(), id).await?;
        let gone = || ServerError::Unavailable("the account was deleted meanwhile".to_owned());
        let user = user.ok_or_else(gone)?;
        link.label = provision::label(&user);
        let tx = core.db.begin_write().await?;
        repo::linked_accounts::record_use(&tx, &link, core.now()).await?;
        tx.commit().await?;
        Ok(user)
    }
}

fn to_server_error(error: AdminError) -> ServerError {
    match error {
        AdminError::Store(error) => error.into(),
        AdminError::Fault(error) => error,
        error => ServerError::internal(error),
    }
}
