//! Operations of clients.

use doorward_domain::model::client_setting::SettingForm;
use doorward_domain::model::{ClientKind, PKCE_STREAK, SecretUse, SecretUses};
use doorward_domain::secret::Secret;
use doorward_oauth::clients::error::ClientError;
use doorward_oauth::clients::input::NewClient;
use doorward_rules::client_secret::can_end_former;
use doorward_rules::list_filter::{ClientFilter, ClientOrigin};
use doorward_services::access_end::EndedAccess;
use doorward_services::view;
use doorward_store::repo::affected::{Object, RecordKind};
use serde::Deserializer;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use super::like::{LIKE, copy_consents, is_with_consents, like_of};
use super::members::{APP, URL};
use super::read::client_id;
use super::secret::{rotate, set};
use super::{
    ClientPatch, ClientView, NewClientBody, PlannedChange, RemoveLogo, SetLogo, create, delete,
    end_secret, get_named, get_with_secret_uses, search, update,
};
use crate::affected::{self, count_text};
use crate::applications::{self, ChosenApplication};
use crate::found::FoundPage;
use crate::json_member::{OneOf, one_of, optional, optional_of, optional_word};
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;

crate::entries! {
    LIST: List, CREATE: NewClientBody, SHOW: Show, UPDATE: ClientPatch, SECRETS: Secrets,
    ROTATE_SECRET: RotateSecret, END_SECRET: EndSecret, DELETE: Delete, IMPACT: PlannedChange,
    SET_LOGO: SetLogo, REMOVE_LOGO: RemoveLogo,
}

crate::targets! {
    {
        /// Client ID.
        id
    } => Show, Secrets, EndSecret, Delete
}

/// Schema of a kind of clients. It names those of this program, so that a feature that is left out has none.
struct Kinds;

impl PartialSchema for Kinds {
    fn schema() -> RefOr<Schema> {
        one_of(applications::client_kinds().map(ClientKind::as_str))
    }
}

impl ToSchema for Kinds {}

fn kind_of_program<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ClientKind>, D::Error> {
    let kinds: Vec<ClientKind> = applications::client_kinds().collect();
    optional_of(&kinds, deserializer)
}

type Origins = OneOf<ClientOrigin>;

doorward_protocol::words! {
    /// The state of a client in a filter.
    pub enum ClientState {
        /// Enabled.
        Active = "active",
        /// Disabled.
        Disabled = "disabled",
    }
}

type States = OneOf<ClientState>;

/// Filter of the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Prefix of the ID or the name, or else a part of them; then in the order of what matches.
    q: Option<String>,
    /// State.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<States>)]
    state: Option<ClientState>,
    /// Kind of client.
    #[serde(default, deserialize_with = "kind_of_program")]
    #[schema(inline, value_type = Option<Kinds>)]
    kind: Option<ClientKind>,
    /// Origin of the registration.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Origins>)]
    registered_by: Option<ClientOrigin>,
}

impl Operation for List {
    const TITLE: &'static str = "List clients; without a filter, all of them";
    const TEXT: &'static str = "By ID. A page may have fewer than `limit`, although more follow.";
    const CALL: &'static str = "GET clients paged";
    const COMMAND: &'static str = "client list --search=q --state --kind --registered-by";
    const TABLE: &'static str = "id name kind grant_types disabled";
    const SORT: &'static str = "name id";
    type Done = FoundPage<ClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let filter = ClientFilter {
            text: self.q.unwrap_or_default().trim().to_owned(),
            disabled: self.state.map(|state| state == ClientState::Disabled),
            kind: self.kind,
            origin: self.registered_by,
        };
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let found = search(context, &filter, after, limit).await?;
        Ok(found.map(ClientView::from))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a client";
    const CALL: &'static str = "GET clients/{id}";
    const COMMAND: &'static str = "client show CLIENT_ID=id";
    type Done = Shown<ClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let client = get_named(context, &self.id).await?;
        let note = note(&client);
        Ok(Shown::versioned(client).with_note(note))
    }
}

impl NewClientBody {
    /// Returns the application of the catalogue that the members name.
    pub fn application(&self) -> Result<Option<ChosenApplication>> {
        let text = |name| match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(AdminError::invalid(name, SettingForm::Text.expected())),
        };
        match (text(APP)?, text(URL)?) {
            (Some(app), url) => ChosenApplication::named(app, url).map(Some),
            (None, Some(_)) => Err(AdminError::choice(URL, "name an application with app")),
            (None, None) => Ok(None),
        }
    }

    /// Reads the client of an application, whose settings complete the given ones.
    pub fn read_for(self, application: &ChosenApplication) -> Result<NewClient> {
        if like_of(&self.0).is_some() {
            return Err(AdminError::choice(
                LIKE,
                "an application has its own settings",
            ));
        }
        let mut new = self.read_on(None)?;
        application.complete(&mut new)?;
        // An empty text means none, also in place of the application's own.
        let removable = [
            &mut new.settings.backchannel_logout_uri,
            &mut new.settings.frontchannel_logout_uri,
            &mut new.settings.backchannel_client_notification_endpoint,
            &mut new.settings.sector_identifier,
        ];
        for text in removable {
            text.take_if(|text| text.is_empty());
        }
        Ok(new)
    }
}

impl Operation for NewClientBody {
    const TITLE: &'static str = "Register a client; its secret is shown once";
    const CALL: &'static str = "POST clients once";
    const COMMAND: &'static str =
        "client create NAME=name --app --url --id --kind --like --with-consents *";
    const SECRET: &'static str = "client_secret";
    type Done = Shown<ClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        if let Some(application) = self.application()? {
            let new = self.read_for(&application)?;
            let (client, secret) = applications::create(context, &application, new).await?;
            return Ok(shown(client, secret.as_ref()));
        }
        let like = match like_of(&self.0) {
            Some(id) => Some(get_named(context, id).await?),
            None => None,
        };
        let copies = is_with_consents(&self.0)?;
        if copies {
            context.must_administer()?;
        }
        let (client, secret) = create(context, self.read_on(like.as_ref())?).await?;
        let from = like.filter(|_| copies);
        let copied = match &from {
            Some(from) => Some(copy_consents(context, &from.id, &client.id).await?),
            None => None,
        };
        let created = shown(client, secret.as_ref());
        Ok(match copied {
            Some(copied) => {
                let text = format!("{copied} consents are copied.");
                let note = created.note.clone().into_iter().chain([text]);
                let note = note.collect::<Vec<_>>().join(" ");
                created.with_note(Some(note))
            }
            None => created,
        })
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:write", &SHOW))
    }
}

fn shown(client: Client, secret: Option<&OpaqueToken>) -> Shown<ClientView> {
    let shown = Shown::<ClientView>::versioned(client);
    Shown {
        note: secret.map(|_| SHOWN_ONCE.to_owned()),
        view: shown.view.with_secret(secret),
        ..shown
    }
}

/// Says that a secret cannot be shown again.
pub const SHOWN_ONCE: &str = "The secret is shown only now; Doorward keeps its hash alone.";

impl Operation for ClientPatch {
    const TITLE: &'static str = "Change a client; a given list replaces the stored one";
    const CALL: &'static str = "PATCH clients/{id} versioned";
    const COMMAND: &'static str = "client update CLIENT_ID=id --name --disabled";
    type Done = Shown<ClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = client_id(self.id().unwrap_or_default())?;
        let change = self.complete(context, &id).await?;
        let is_disabled = change.disabled == Some(true);
        let client = update(context, &id, change).await?;
        let is_command = context.authority.is_none();
        let note = if is_disabled && is_command {
            Some(suspended(context, &id).await?)
        } else {
            note(&client)
        };
        Ok(Shown::versioned(client).with_note(note))
    }
}

async fn suspended(context: &AdminContext<'_>, id: &ClientId) -> Result<String> {
    let found = affected::count(context, Object::Client(id)).await?;
    let grants = found
        .into_iter()
        .filter(|(kind, _)| *kind == RecordKind::Grants);
    let grants = count_text(grants.map(|(_, count)| count).sum());
    Ok(format!(
        "Grants that give nothing until the client is enabled: {grants}."
    ))
}

view! {
    /// The state of a client secret.
    ClientSecretState(created_at: Option<UnixSeconds>, ends_at: Option<UnixSeconds>, used: SecretUse) {
        /// Time of creation (RFC 3339); absent if it is not known.
        created_at?: Time = created_at;
        /// Time from which it is no longer accepted (RFC 3339); absent if it has no end.
        ends_at?: Time = ends_at;
        /// Time of the last use (RFC 3339), at most an hour early; absent if it was not used.
        last_used_at?: Time = used.at;
        /// Address of the last use; absent if it was not used, or not through a network.
        last_used_from?: String = used.from.map(|ip| ip.to_string());
        /// Number of uses, at most an hour late.
        uses: i64 = used.count;
    }
}

view! {
    /// The secrets of a client that are accepted now, without their values.
    pub ClientSecrets(client: &Client, uses: SecretUses, now: UnixSeconds) {
        /// The current secret; absent for a client without one.
        current?: ClientSecretState = client
            .has_secret()
            .then(|| ClientSecretState::new(client.secret_made_at, None, uses.current));
        /// The former secret, until it ends.
        former?: ClientSecretState = client
            .live_former_secret(now)
            .map(|old| ClientSecretState::new(old.made_at, Some(old.ends_at), uses.former));
    }
}

impl Operation for Secrets {
    const TITLE: &'static str =
        "Show the secrets of a client that are accepted, with their last use";
    const CALL: &'static str = "GET clients/{id}/secret";
    const COMMAND: &'static str = "client secrets CLIENT_ID=id";
    type Done = Shown<ClientSecrets>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (id, now) = (client_id(&self.id)?, context.now());
        let (client, uses) = get_with_secret_uses(context, &id).await?;
        let note = can_end_former(&client, uses, now).then(|| {
            format!(
                "The former secret was not used for a day. To end it: doorward client end-secret {id}"
            )
        });
        let secrets = ClientSecrets::new(&client, uses, now);
        Ok(Shown::unversioned(secrets).with_note(note))
    }
}

/// The rotation of a client secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecretRotation)]
pub struct RotateSecret {
    /// Client ID.
    id: String,
    /// Time until which the present secret is accepted too (RFC 3339), within 90 days; without it, every
    /// present secret stops working at once.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    keep_old_until: Option<UnixSeconds>,
    /// Secret that another program has generated, in place of a random one: 32 to 200 random printable ASCII
    /// characters without spaces. The response does not repeat it.
    #[schema(value_type = Option<String>, format = Password)]
    client_secret: Option<Secret<String>>,
}

impl Operation for RotateSecret {
    const TITLE: &'static str = "Replace the secret of a client; the new one is shown once";
    const TEXT: &'static str = "With `keep_old_until`, the present secret is accepted until then, so that \
        the client can be reconfigured in the meantime. At most two secrets are accepted at a time.";
    const CALL: &'static str = "POST clients/{id}/secret versioned once renews";
    const COMMAND: &'static str = "client rotate-secret CLIENT_ID=id *";
    const SECRET: &'static str = "client_secret";
    type Done = Shown<ClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = client_id(&self.id)?;
        if let Some(secret) = &self.client_secret {
            let client = set(context, &id, self.keep_old_until, secret.expose()).await?;
            return Ok(shown(client, None));
        }
        let (client, secret) = rotate(context, &id, self.keep_old_until).await?;
        Ok(shown(client, Some(&secret)))
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:write", &SHOW))
    }
}

impl Operation for EndSecret {
    const TITLE: &'static str = "End the former secret of a client, which a rotation kept";
    const CALL: &'static str = "DELETE clients/{id}/secret/former versioned";
    const COMMAND: &'static str = "client end-secret CLIENT_ID=id";
    const DONE: &'static str = "The former secret of {id} is ended.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        end_secret(context, &client_id(&self.id)?).await
    }
}

view! {
    /// A deleted client.
    pub DeletedClient(id: &ClientId, ended: EndedAccess) {
        /// Client ID.
        id: String = id.to_string();
        /// Number of grants that ended with it; more than 1,000 are not counted.
        grants: String = count_text(ended.grants);
        /// Access that ended with it.
        #[schema(value_type = Object)]
        ended: EndedAccess = ended;
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a client and all its grants";
    const CALL: &'static str = "DELETE clients/{id} versioned";
    const COMMAND: &'static str = "client delete CLIENT_ID=id";
    const DONE: &'static str = "The client {id} is deleted. Ended grants: {grants}.";
    type Done = Shown<DeletedClient>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = client_id(&self.id)?;
        let ended = delete(context, &id).await?;
        Ok(Shown::unversioned(DeletedClient::new(&id, ended)))
    }
}

/// Returns a sentence about a setting that needs the attention of the operator.
fn note(client: &Client) -> Option<String> {
    let id = &client.id;
    if client.auth_method.is_by_secret() && !client.has_secret() {
        let method = client.auth_method.as_str();
        return Some(format!(
            "{method}: no secret yet. To create it: doorward client rotate-secret {id}"
        ));
    }
    client.has_switched_to_pkce().then(|| {
        format!(
            "PKCE is required, because {PKCE_STREAK} sign-ins in a row used it. To undo that: doorward \
             client update {id} --pkce=auto"
        )
    })
}

impl From<ClientError> for AdminError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Invalid { field, at, problem } => Self::Invalid { field, at, problem },
            ClientError::Store(error) => Self::Store(error),
        }
    }
}
