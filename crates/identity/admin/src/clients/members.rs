//! The members of a client in requests and responses, from the rows of the settings.

use std::borrow::Cow;
use std::fmt;

use doorward_domain::model::client_setting::{ClientSetting, SettingForm};
use doorward_domain::model::{ClientChange, ClientKind, client_settings};
use doorward_oauth::clients::input::NewClient;
use doorward_services::view::time;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use super::like::{LIKE, WITH_CONSENTS, settings_of};
use super::other_applications::client_kinds;
use super::read::get;
use crate::operation::{OPTION, find, put};
use crate::prelude::*;

/// Start of a member that adds to a list instead of replacing it.
const ADD: &str = "add_";

/// Members of a new client that is an application of the catalogue.
pub(super) const APP: &str = "app";
pub(super) const URL: &str = "url";

/// Returns the members that add to lists, with those of the lists.
fn additions() -> impl Iterator<Item = (&'static ClientSetting, &'static str)> {
    client_settings::members().filter(|(setting, _)| {
        let mut options = setting.options.iter();
        options.any(|option| option.starts_with("add-"))
    })
}

fn settings() -> impl Iterator<Item = (&'static ClientSetting, &'static str)> {
    client_settings::members().filter(|(setting, _)| setting.name != "kind")
}

/// An object with members of these names.
#[derive(Clone, Copy)]
struct Known<'a> {
    names: &'a [Cow<'static, str>],
    /// Path of an inner object, before the names of its members.
    path: &'a str,
}

impl<'de> DeserializeSeed<'de> for Known<'_> {
    type Value = Map<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Known<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let full = format!("{}{name}", self.path);
            let inner = format!("{full}.");
            let value = if self.names.iter().any(|known| *known == full) {
                object.next_value()?
            } else if self.names.iter().any(|known| known.starts_with(&inner)) {
                object
                    .next_value_seed(Known {
                        path: &inner,
                        ..self
                    })?
                    .into()
            } else {
                return Err(A::Error::unknown_field(&name, &[]));
            };
            found.insert(name, value);
        }
        Ok(found)
    }
}

/// A client to register. Omitted settings have suitable defaults.
#[derive(Clone, Debug)]
pub struct NewClientBody(pub(super) Map<String, Value>);

/// A change of a client. Omitted settings stay unchanged, and a list replaces the whole list.
#[derive(Clone, Debug)]
pub struct ClientPatch(Map<String, Value>);

impl<'de> Deserialize<'de> for NewClientBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = client_settings::members().map(|(_, member)| Cow::Borrowed(member));
        let others = ["id", LIKE, WITH_CONSENTS, APP, URL].map(Cow::Borrowed);
        let names: Vec<_> = names.chain(others).collect();
        let known = Known {
            names: &names,
            path: "",
        };
        let members = known.deserialize(deserializer)?;
        if !members.contains_key("name") && !members.contains_key(APP) {
            return Err(D::Error::missing_field("name"));
        }
        Ok(Self(members))
    }
}

impl<'de> Deserialize<'de> for ClientPatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = settings().map(|(_, member)| Cow::Borrowed(member));
        let added = additions().map(|(_, member)| Cow::Owned(format!("{ADD}{member}")));
        let names: Vec<_> = names
            .chain(added)
            .chain(["id".into(), "disabled".into()])
            .collect();
        let known = Known {
            names: &names,
            path: "",
        };
        known.deserialize(deserializer).map(Self)
    }
}

/// Takes a member that is a text.
fn take_text(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>> {
    match members.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(AdminError::invalid(name, SettingForm::Text.expected())),
    }
}

fn read_settings(members: &Map<String, Value>) -> Result<ClientChange> {
    add_settings(ClientChange::default(), members)
}

/// Sets the given settings.
fn add_settings(mut change: ClientChange, members: &Map<String, Value>) -> Result<ClientChange> {
    for (setting, member) in settings() {
        let Some(value) = find(members, member) else {
            continue;
        };
        if setting.name == "certificate_subject" && change.certificate_subject.is_some() {
            let problem = "Exactly one tls_client_auth_… member is required.";
            return Err(AdminError::invalid("auth_method", problem));
        }
        if !change.set_member(setting, member, value) {
            return Err(AdminError::invalid(member, setting.form.expected()));
        }
    }
    Ok(change)
}

impl NewClientBody {
    pub const fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Reads a client whose omitted settings are those of another one.
    pub(crate) fn read_on(mut self, like: Option<&Client>) -> Result<NewClient> {
        let kind = take_text(&mut self.0, "kind")?;
        let default = like.map_or(ClientKind::Confidential, |like| like.kind);
        let mut kinds = client_kinds();
        let kind = kind.map_or(Some(default), |text| {
            kinds.find(|known| known.as_str() == text)
        });
        let expected = "Must be public or confidential.";
        let kind = kind.ok_or_else(|| AdminError::invalid("kind", expected))?;
        let id = take_text(&mut self.0, "id")?;
        let wrong_id = || AdminError::invalid("id", "Not a valid client ID.");
        let id = id.map(|text| ClientId::parse(&text).ok_or_else(wrong_id));
        let settings = like.map(settings_of).unwrap_or_default();
        let mut settings = add_settings(settings, &self.0)?;
        Ok(NewClient {
            id: id.transpose()?,
            name: settings.name.take().unwrap_or_default(),
            kind,
            settings,
        })
    }
}

impl ClientPatch {
    pub fn id(&self) -> Option<&str> {
        self.0.get("id")?.as_str()
    }

    /// Returns the change without the members that add to lists.
    pub fn read(&self) -> Result<ClientChange> {
        let disabled = self.0.get("disabled").map(|value| {
            let expected = || SettingForm::Flag.expected();
            let flag = value.as_bool();
            flag.ok_or_else(|| AdminError::invalid("disabled", expected()))
        });
        Ok(ClientChange {
            disabled: disabled.transpose()?,
            ..read_settings(&self.0)?
        })
    }

    /// Returns the change of a client, whose lists become the present values, or the given ones, plus the
    /// added ones.
    pub(super) async fn complete(
        &self,
        context: &AdminContext<'_>,
        id: &ClientId,
    ) -> Result<ClientChange> {
        fn add<T: PartialEq>(list: &mut Option<Vec<T>>, present: Vec<T>, added: Option<Vec<T>>) {
            let Some(added) = added else {
                return;
            };
            let list = list.get_or_insert(present);
            for item in added {
                if !list.contains(&item) {
                    list.push(item);
                }
            }
        }
        let mut change = self.read()?;
        let members = self.0.iter();
        let added = members
            .filter_map(|(name, value)| Some((name.strip_prefix(ADD)?.to_owned(), value.clone())));
        let added: Map<_, _> = added.collect();
        if added.is_empty() {
            return Ok(change);
        }
        let (added, client) = (read_settings(&added)?, get(context, id).await?);
        add(
            &mut change.redirect_uris,
            client.redirect_uris,
            added.redirect_uris,
        );
        let present = client.post_logout_redirect_uris;
        let uris = added.post_logout_redirect_uris;
        add(&mut change.post_logout_redirect_uris, present, uris);
        add(
            &mut change.grant_types,
            client.grant_types,
            added.grant_types,
        );
        if let Some(scopes) = added.scopes {
            let present = change.scopes.take().unwrap_or(client.scopes);
            change.scopes = Some(present.iter().chain(scopes.iter()).collect());
        }
        Ok(change)
    }
}

/// Converts the members of a change, as the request body of the admin API has them.
pub fn change_from_json(members: Value) -> Result<ClientChange> {
    let patch: ClientPatch = serde_path_to_error::deserialize(members)?;
    patch.read()
}

fn schema_of(setting: &ClientSetting, member: &str, option: Option<&str>) -> Value {
    let is_uri = member.ends_with("_uri") || member.ends_with("_uris");
    let text = if is_uri {
        json!({ "type": "string", "format": "uri" })
    } else {
        json!({ "type": "string" })
    };
    let mut schema = match setting.form {
        SettingForm::Text | SettingForm::OptionalWords(_) => text,
        SettingForm::Flag => json!({ "type": "boolean" }),
        SettingForm::Duration => json!({ "type": "integer", "format": "duration" }),
        SettingForm::Texts => json!({ "type": "array", "items": text }),
        SettingForm::Names => json!({ "type": "string", "format": "names" }),
        SettingForm::Words(words) => json!({ "type": "string", "enum": words() }),
        SettingForm::Document => json!({ "type": "object", "format": "json" }),
    };
    schema["description"] = setting.doc.trim().into();
    if let Some(option) = option.filter(|option| *option != member.replace('_', "-")) {
        schema[OPTION] = option.into();
    }
    schema
}

/// Returns the schemas of the members of settings in a request.
fn properties(
    members: impl Iterator<Item = (&'static ClientSetting, &'static str)>,
) -> Map<String, Value> {
    let mut properties = Map::new();
    for (setting, member) in members {
        let position = setting.members.iter().position(|known| *known == member);
        let option = position.and_then(|position| setting.options.get(position));
        let schema = schema_of(setting, member, option.copied());
        insert(&mut properties, member, schema);
    }
    properties
}

/// Adds the schema of a member at its path.
fn insert(properties: &mut Map<String, Value>, member: &str, schema: Value) {
    let Some((outer, inner)) = member.split_once('.') else {
        properties.insert(member.to_owned(), schema);
        return;
    };
    let object = properties.entry(outer).or_insert_with(|| {
        json!({ "type": "object", "description": "Settings of the consent page.", "properties": {} })
    });
    object["properties"][inner] = schema;
}

fn object(description: &str, required: &[&str], properties: &Map<String, Value>) -> RefOr<Schema> {
    let schema = json!({
        "type": "object", "description": description, "required": required, "properties": properties,
    });
    // It cannot fail: a test reads the members of each operation.
    serde_json::from_value(schema).unwrap_or_default()
}

fn member(properties: &mut Map<String, Value>, name: &str, description: &str, schema: Value) {
    let mut schema = schema;
    schema["description"] = description.into();
    properties.insert(name.to_owned(), schema);
}

impl PartialSchema for NewClientBody {
    fn schema() -> RefOr<Schema> {
        let mut all = properties(client_settings::members());
        let text = || json!({ "type": "string" });
        member(&mut all, "id", "Client ID; random if omitted.", text());
        let doc = "Client whose settings the new one has where none is given, without name, secret and keys.";
        member(&mut all, LIKE, doc, text());
        let doc = "True to copy the consents of the users of that client, who are not asked again.";
        member(&mut all, WITH_CONSENTS, doc, json!({ "type": "boolean" }));
        let doc = "Application of the catalogue to register, as `client apps` lists it: it sets redirect URIs, \
                   scopes and other settings, unless they are given.";
        member(&mut all, APP, doc, text());
        let doc = "URL at which users open the application of `app`.";
        member(
            &mut all,
            URL,
            doc,
            json!({ "type": "string", "format": "uri" }),
        );
        let doc = "Name shown to users; required without `app`.";
        member(&mut all, "name", doc, text());
        all["kind"]["default"] = ClientKind::Confidential.as_str().into();
        // Another operation registers these.
        if let Some(words) = all["kind"]["enum"].as_array_mut() {
            words.retain(|word| word != ClientKind::Saml.as_str());
        }
        let description = "A client to register. Omitted settings have suitable defaults.";
        object(description, &[], &all)
    }
}

impl ToSchema for NewClientBody {}

impl PartialSchema for ClientPatch {
    fn schema() -> RefOr<Schema> {
        let mut all = properties(settings());
        for (setting, name) in additions() {
            let mut schema = schema_of(setting, name, None);
            let mut options = setting.options.iter();
            if let Some(option) = options.find(|option| option.starts_with("add-")) {
                schema[OPTION] = (*option).into();
            }
            let description = format!("Values to add to `{name}`.");
            member(&mut all, &format!("{ADD}{name}"), &description, schema);
        }
        member(&mut all, "id", "Client ID.", json!({ "type": "string" }));
        let flag = json!({ "type": "boolean" });
        member(
            &mut all,
            "disabled",
            "True to disable the client, false to enable it.",
            flag,
        );
        let description = "A change of a client. Omitted settings stay unchanged, and a list replaces \
                           the whole list.";
        object(description, &["id"], &all)
    }
}

impl ToSchema for ClientPatch {}

/// A registered client in a response.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct ClientView(Map<String, Value>);

impl From<Client> for ClientView {
    fn from(client: Client) -> Self {
        let mut view = Map::new();
        for (setting, member) in client_settings::members() {
            let value = match &client.certificate_subject {
                Some(subject) if setting.name == "certificate_subject" => {
                    let is_given = subject.member() == member;
                    is_given.then(|| subject.value()).into()
                }
                _ => (setting.value)(&client),
            };
            put(&mut view, member, value);
        }
        let others = [
            ("id", json!(client.id.as_str())),
            ("pkce", json!(client.pkce_policy().as_str())),
            ("pkce_switched", json!(client.has_switched_to_pkce())),
            (
                "consent.logo",
                json!(client.consent.logo.map(|logo| logo.path())),
            ),
            (
                "document_fetched_at",
                json!(client.document.map(|it| time(it.fetched_at))),
            ),
            ("registered_by", json!(client.registered_by.as_str())),
            ("disabled", json!(client.disabled_at.is_some())),
            ("created_at", json!(time(client.created_at))),
            ("updated_at", json!(time(client.updated_at))),
        ];
        for (member, value) in others {
            put(&mut view, member, value);
        }
        for value in view.values_mut() {
            if let Value::Object(inner) = value {
                inner.retain(|_, value| !value.is_null());
            }
        }
        view.retain(|_, value| !value.is_null());
        Self(view)
    }
}

impl ClientView {
    #[must_use]
    pub(super) fn with_secret(mut self, secret: Option<&OpaqueToken>) -> Self {
        let secret = secret.map(|secret| ("client_secret".to_owned(), secret.expose().into()));
        self.0.extend(secret);
        self
    }
}

impl PartialSchema for ClientView {
    fn schema() -> RefOr<Schema> {
        let mut all = Map::new();
        for (setting, name) in client_settings::members() {
            insert(&mut all, name, schema_of(setting, name, None));
        }
        let (text, flag) = (json!({ "type": "string" }), json!({ "type": "boolean" }));
        let time = json!({ "type": "string", "format": "date-time" });
        let logo =
            json!({ "type": "string", "description": "URL path of the logo on this server." });
        insert(&mut all, "consent.logo", logo);
        for (name, schema, description) in [
            ("id", &text, "Client ID."),
            (
                "pkce_switched",
                &flag,
                "True if `auto` has become `required` automatically; write `pkce` to undo that.",
            ),
            (
                "document_fetched_at",
                &time,
                "Time of the last fetch of its metadata document (RFC 3339), for a client whose ID is \
                 the URL of that document.",
            ),
            (
                "registered_by",
                &text,
                "Origin of the registration: `administrator`, dynamic registration with a `token` or \
                 as `anybody` (RFC 7591), or the `document` at its ID.",
            ),
            ("disabled", &flag, "True if the client is disabled."),
            ("created_at", &time, "Time of registration (RFC 3339)."),
            ("updated_at", &time, "Time of the last change (RFC 3339)."),
            ("client_secret", &text, "Client secret, shown only once."),
        ] {
            member(&mut all, name, description, schema.clone());
        }
        // The members without a default may be absent.
        let sample = ClientId::parse("sample");
        let sample = sample.map(|id| Client::new(id, String::new(), ClientKind::Public, 0));
        let sample = sample
            .map(|client| Self::from(client).0)
            .unwrap_or_default();
        let required: Vec<&str> = sample.keys().map(String::as_str).collect();
        object("A registered client.", &required, &all)
    }
}

impl ToSchema for ClientView {
    fn name() -> Cow<'static, str> {
        "Client".into()
    }
}
