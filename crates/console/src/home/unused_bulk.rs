//! `/admin/unused/apps/bulk`, and the same for API keys and accounts: ends chosen unused objects, up to
//! a page of them.

use std::collections::BTreeSet;
use std::fmt::Display;

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminContext, AdminError, version};
use doorward_admin::user_change::UserChange;
use doorward_admin::{api_keys, clients, user_search, users};
use doorward_domain::model::{ApiKeyId, ClientChange, ClientId, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Fact, Value};

use crate::console::Console;
use crate::home::unused_kind::{self, Kind};
use crate::home::unused_paths::since;
use crate::people;
use crate::routes;
use crate::ui::chosen::{Chosen, Ended, Object, Question, with_version};
use crate::ui::reason;

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Apps>(config);
    register::<ApiKeys>(config);
    register::<Accounts>(config);
}

fn register<K: Objects>(config: &mut ServiceConfig) {
    config.service(routes::form(K::KIND.list().path, home::<K>, submit::<K>));
}

/// Objects of a kind that are ended together.
trait Objects: 'static {
    /// ID of an object.
    type Id: Clone + Display + PartialEq;

    /// The kind.
    const KIND: Kind;

    /// Reads an ID.
    fn parse(text: &str) -> Option<Self::Id>;

    /// Returns those of these objects that exist and are in reach, in any order.
    async fn find(
        console: &Console<'_>,
        ids: Vec<Self::Id>,
    ) -> Result<Vec<Found<Self::Id>>, AdminError>;

    /// Ends an object by the operation of a single one.
    async fn end(context: &AdminContext<'_>, id: &Self::Id) -> Result<(), AdminError>;
}

/// A chosen object that exists.
struct Found<I> {
    id: I,
    /// Version; `None` for an object that cannot be changed.
    version: Option<String>,
    /// False if it has ended in the meantime.
    is_active: bool,
    /// The last use, or the creation of an object that was not used.
    last_use: UnixSeconds,
    /// The user of an API key.
    user: Option<UserId>,
    row: Vec<Value>,
}

/// Clients, which are disabled.
struct Apps;

impl Objects for Apps {
    type Id = ClientId;

    const KIND: Kind = Kind::Apps;

    fn parse(text: &str) -> Option<ClientId> {
        ClientId::parse(text)
    }

    async fn find(
        console: &Console<'_>,
        ids: Vec<ClientId>,
    ) -> Result<Vec<Found<ClientId>>, AdminError> {
        let found = clients::find_many(&console.context(), &ids).await?;
        let found = found.into_iter().map(|(client, uses)| Found {
            row: unused_kind::app(console, &client, uses),
            version: Some(version(&client)),
            is_active: client.is_active(),
            last_use: clients::last_use(&client, uses),
            user: None,
            id: client.id,
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: &ClientId) -> Result<(), AdminError> {
        let change = ClientChange {
            disabled: Some(true),
            ..ClientChange::default()
        };
        clients::update(context, id, change).await.map(drop)
    }
}

/// API keys, which are revoked.
struct ApiKeys;

impl Objects for ApiKeys {
    type Id = ApiKeyId;

    const KIND: Kind = Kind::ApiKeys;

    fn parse(text: &str) -> Option<ApiKeyId> {
        ApiKeyId::parse(text)
    }

    async fn find(
        console: &Console<'_>,
        ids: Vec<ApiKeyId>,
    ) -> Result<Vec<Found<ApiKeyId>>, AdminError> {
        let found = api_keys::find_many(&console.context(), &ids).await?;
        let found = found.into_iter().map(|owned| Found {
            row: people::api_access::facts(console, &owned),
            version: None,
            is_active: true,
            last_use: owned.0.last_used_at.unwrap_or(owned.0.created_at),
            user: Some(owned.1.id),
            id: owned.0.id,
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: &ApiKeyId) -> Result<(), AdminError> {
        match api_keys::revoke(context, id).await {
            // It was revoked or has expired in the meantime.
            Err(AdminError::NotFound { .. }) => Ok(()),
            result => result,
        }
    }
}

/// Accounts, which are disabled.
struct Accounts;

impl Objects for Accounts {
    type Id = UserId;

    const KIND: Kind = Kind::Accounts;

    fn parse(text: &str) -> Option<UserId> {
        UserId::parse(text)
    }

    async fn find(
        console: &Console<'_>,
        ids: Vec<UserId>,
    ) -> Result<Vec<Found<UserId>>, AdminError> {
        let ids = ids.into_iter().collect();
        let found = user_search::find_many(&console.context(), ids).await?;
        let found = found.into_iter().map(|user| Found {
            row: unused_kind::account(console, &user),
            version: Some(version(&user)),
            is_active: user.is_active(),
            last_use: user.last_login.0.unwrap_or(user.created_at),
            user: None,
            id: user.id,
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: &UserId) -> Result<(), AdminError> {
        let change = UserChange {
            disabled: Some(true),
            ..UserChange::default()
        };
        let changed = users::update(context, &id.to_string(), change).await;
        changed.map(drop)
    }
}

/// Leads back to the list, for example after a sign-in: the question follows its form.
async fn home<K: Objects>(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global(K::KIND.permission()))?;
    let console = console.require_fresh()?;
    Ok(K::KIND.list().open(&console))
}

async fn submit<K: Objects>(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    console
        .require(console.context().require_global(K::KIND.permission()))
        .await?;
    let list = K::KIND.list();
    let chosen = list.values(&form, |value| Chosen::parse(value, K::parse))?;
    if chosen.is_empty() {
        return list.reject_nothing(&console, &form);
    }
    let ids: Vec<K::Id> = chosen.iter().map(|chosen| chosen.id.clone()).collect();
    let found = Console::read(K::find(&console, ids.clone()).await)?;
    // Only active API keys are found: the others have ended.
    if found.is_empty() && K::KIND != Kind::ApiKeys {
        return Err(ErrorKind::NotFound.into());
    }
    let question = question::<K>(&console, &form, &ids, &found)?;
    // Without an active object, there is nothing to ask.
    if found.iter().any(|found| found.is_active)
        && let Some(response) = question.ask(&console, &form)?
    {
        return Ok(response);
    }
    let since = since(console.now());
    let mut ended = Ended::default();
    for (chosen, object) in chosen.iter().zip(&question.objects) {
        let known = found.iter().find(|found| found.id == chosen.id);
        let result = match known {
            Some(known) if !known.is_active => Ok(()),
            Some(known) if known.last_use >= since => {
                ended.fail(list, object, console.t("console-chosen-used"));
                continue;
            }
            _ => {
                let context = chosen.context(&console, &form);
                // Boxed, because the future is large.
                Box::pin(K::end(&context, &chosen.id)).await
            }
        };
        ended.add(&console, list, object, result).await?;
    }
    Ok(question.finish(&console, ended))
}

/// Returns the question about these objects, of which those in reach were found.
fn question<K: Objects>(
    console: &Console<'_>,
    form: &Params,
    ids: &[K::Id],
    found: &[Found<K::Id>],
) -> Result<Question, PageError> {
    let active = || found.iter().filter(|found| found.is_active);
    let object = |id: &K::Id| {
        let found = active().find(|found| found.id == *id);
        Object {
            value: match found.and_then(|found| found.version.as_ref()) {
                Some(version) => with_version(id, version),
                None => id.to_string(),
            },
            row: found.map(|found| found.row.clone()),
        }
    };
    let count = |key, count: usize| Fact::new(console.t(key), Value::Text(count.to_string()));
    let mut counts = vec![count(K::KIND.name(), active().count())];
    let users: BTreeSet<UserId> = active().filter_map(|found| found.user).collect();
    if !users.is_empty() {
        counts.push(count("console-people", users.len()));
    }
    Ok(Question {
        list: K::KIND.list(),
        filter: people::bulk_form::repeated_filter(form)?,
        objects: ids.iter().map(object).collect(),
        counts,
        hint: match K::KIND {
            Kind::Accounts => reason::FOR_USER,
            Kind::Apps | Kind::ApiKeys => reason::FOR_LOG,
        },
    })
}
