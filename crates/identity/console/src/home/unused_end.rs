//! `/admin/unused/apps/bulk`, and the same for API keys and accounts: ends chosen unused objects, up to
//! a page of them.

use doorward_admin::operation::Entry;
use doorward_admin::user_change::UserChange;
use doorward_admin::{api_keys, clients, user_search, users};
use doorward_domain::model::{ApiKeyId, ClientChange};

use crate::home::unused_kind::{self, ACCOUNTS, API_KEYS, APPS, Kind, since};
use crate::people::api_access;
use doorward_console_ui::prelude::*;

/// Returns the state of an object. Without a use, its last one is its creation.
fn state(console: &Console<'_>, is_active: bool, last_use: UnixSeconds) -> ObjectState {
    if !is_active {
        ObjectState::Ended
    } else if last_use >= since(console.now()) {
        ObjectState::Kept("console-chosen-used")
    } else {
        ObjectState::Active
    }
}

/// Clients, which are disabled.
pub(crate) struct Apps;

impl Selection for Apps {
    type Id = ClientId;

    const PARSE: fn(&str) -> Option<ClientId> = ClientId::parse;
    const LIST: &'static ChosenList = &APPS;
    const ACCESS: Access = Kind::Apps.access();
    const EXPIRES: bool = false;
    const OPERATION: &'static Entry = &clients::operations::UPDATE;
    const FLAG: &'static str = "disabled";

    async fn find(console: &Console<'_>, ids: Vec<ClientId>) -> FoundObjects<ClientId> {
        let found = clients::find_many(&console.context(), &ids).await?;
        let found = found.into_iter().map(|(client, uses)| Found {
            row: unused_kind::app(console, &client, uses),
            version: Some(version(&client)),
            state: state(
                console,
                client.is_active(),
                clients::last_use(&client, uses),
            ),
            user: None,
            is_told: false,
            id: client.id,
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: ClientId) -> Result<(), AdminError> {
        let change = ClientChange {
            disabled: Some(true),
            ..ClientChange::default()
        };
        clients::update(context, &id, change).await.map(drop)
    }
}

/// API keys, which are revoked.
pub(crate) struct ApiKeys;

impl Selection for ApiKeys {
    type Id = ApiKeyId;

    const PARSE: fn(&str) -> Option<ApiKeyId> = ApiKeyId::parse;
    const LIST: &'static ChosenList = &API_KEYS;
    const ACCESS: Access = Kind::ApiKeys.access();
    const EXPIRES: bool = true;
    const OPERATION: &'static Entry = &api_keys::operations::REVOKE;

    async fn find(console: &Console<'_>, ids: Vec<ApiKeyId>) -> FoundObjects<ApiKeyId> {
        let found = api_keys::find_many(&console.context(), &ids).await?;
        let found = found.into_iter().map(|owned| {
            let last_use = owned.0.last_used_at.unwrap_or(owned.0.created_at);
            Found {
                row: api_access::facts(console, &owned),
                version: None,
                state: state(console, true, last_use),
                user: Some(owned.1.id),
                is_told: false,
                id: owned.0.id,
            }
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: ApiKeyId) -> Result<(), AdminError> {
        api_keys::revoke(context, &id).await
    }
}

/// Accounts, which are disabled.
pub(crate) struct Accounts;

impl Selection for Accounts {
    type Id = UserId;

    const PARSE: fn(&str) -> Option<UserId> = UserId::parse;
    const LIST: &'static ChosenList = &ACCOUNTS;
    const ACCESS: Access = Kind::Accounts.access();
    const EXPIRES: bool = false;
    const OPERATION: &'static Entry = &users::operations::changes::DISABLE;

    async fn find(console: &Console<'_>, ids: Vec<UserId>) -> FoundObjects<UserId> {
        let ids = ids.into_iter().collect();
        let found = user_search::find_many(&console.context(), ids).await?;
        let found = found.into_iter().map(|user| {
            let last_use = user.last_login.0.unwrap_or(user.created_at);
            Found {
                row: unused_kind::account(console, &user),
                version: Some(version(&user)),
                state: state(console, user.is_active(), last_use),
                user: None,
                is_told: true,
                id: user.id,
            }
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: UserId) -> Result<(), AdminError> {
        let change = UserChange {
            disabled: Some(true),
            ..UserChange::default()
        };
        let changed = users::update(context, &id.to_string(), change).await;
        changed.map(drop)
    }
}
