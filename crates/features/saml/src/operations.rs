//! Operations of clients that speak SAML.

use std::collections::BTreeSet;

use doorward_admin::keys;
use doorward_admin::operation::{Again, Operation, Shown};
use doorward_admin::operator::version;
use doorward_admin::prelude::*;
use doorward_services::view;

use crate::applications;
use crate::bodies::{Check, Create, Update};
use crate::kind_spec::Put;
use crate::own_keys::{self, OwnKey};
use crate::use_cases::{create, get, preview, update};
use doorward_saml_protocol::key::fingerprint;
use doorward_saml_protocol::metadata::{OwnAddresses, ServiceProvider};

doorward_admin::entries! {
    SHOW: Show, CREATE: Create, UPDATE: Update, PUT: Put, CHECK: Check, METADATA: Metadata,
}

doorward_admin::targets! { {} => Metadata }

doorward_admin::targets! {
    {
        /// Client ID.
        id
    } => Show
}

view! {
    /// A client that speaks SAML.
    #[schema(as = SamlClient)]
    pub SamlClientView(
        client: Option<Client>, draft: ServiceProvider, own: OwnAddresses, lines: Vec<String>,
        differences: Vec<String>
    ) {
        /// Client ID; absent before the client is registered.
        id?: String = client.as_ref().map(|client| client.id.to_string());
        /// Name shown to users.
        name?: String = client.map(|client| client.name);
        /// Entity ID of the service provider.
        entity_id: String = draft.entity_id;
        /// Assertion consumer services; the first one is the default.
        acs: Vec<String> = draft.consumers;
        /// Address for requests of a sign-out by redirect.
        logout_url?: String = draft.settings.logout_url;
        /// URL of the metadata.
        metadata_url?: String = draft.settings.metadata_url;
        /// SHA-256 of the certificates for signatures of requests.
        signing_certificates: Vec<String> = fingerprints(&draft.settings.signing_certificates);
        /// SHA-256 of the certificate for encryption.
        encryption_certificate?: String = draft.settings.encryption_certificate.as_deref().map(fingerprint);
        /// True if requests must be signed.
        signed_requests: bool = draft.settings.signed_requests;
        /// Signed parts of a response: `assertion`, `response` or `both`.
        signed: &'static str = draft.settings.signed.as_str();
        /// True if assertions are encrypted.
        encrypted: bool = draft.settings.encrypted;
        /// Format of names that no request demands.
        name_id_format: &'static str = draft.settings.name_id_format.as_str();
        /// Set of attribute names.
        attribute_names: &'static str = draft.settings.attribute_names.as_str();
        /// True if sign-ins without a request are allowed.
        unsolicited: bool = draft.settings.unsolicited;
        /// Entity ID of this server, and address of its metadata.
        idp_entity_id: String = own.entity_id;
        /// Address of this server for sign-ins.
        idp_sso_url: String = own.sign_on;
        /// Address of this server for sign-outs.
        idp_logout_url: String = own.logout;
        /// Lines to enter at a known application.
        configuration?: Vec<String> = filled(lines);
        /// Members that a check would change, each with both values.
        differences?: Vec<String> = filled(differences);
    }
}

fn fingerprints<'a>(certificates: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let certificates = certificates.into_iter();
    certificates.map(|text| fingerprint(text)).collect()
}

fn filled(lines: Vec<String>) -> Option<Vec<String>> {
    Some(lines).filter(|lines| !lines.is_empty())
}

fn own(context: &AdminContext<'_>) -> OwnAddresses {
    OwnAddresses::new(context.settings.issuer())
}

/// Shows the values of a client with what to enter at its application, if that is known.
fn view_of(
    context: &AdminContext<'_>,
    client: Option<Client>,
    draft: ServiceProvider,
    differences: Vec<String>,
) -> SamlClientView {
    let own = own(context);
    let lines = applications::configuration(&draft.settings, &own);
    SamlClientView::new(client, draft, own, lines, differences)
}

fn shown(
    context: &AdminContext<'_>,
    (client, draft): (Client, ServiceProvider),
) -> Shown<SamlClientView> {
    let version = version(&client);
    Shown::of_version(version, view_of(context, Some(client), draft, Vec::new()))
}

/// Returns a client with the document of [`Show`].
pub(crate) async fn read(context: &AdminContext<'_>, id: &str) -> Result<(Client, Value)> {
    let (client, draft) = get(context, id).await?;
    let view = view_of(context, Some(client.clone()), draft, Vec::new());
    Ok((client, json!(view)))
}

impl Operation for Show {
    const TITLE: &'static str = "Show a client that speaks SAML";
    const CALL: &'static str = "GET saml/clients/{id}";
    const COMMAND: &'static str = "saml show CLIENT_ID=id";
    type Done = Shown<SamlClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        Ok(shown(context, get(context, &self.id).await?))
    }
}

impl Operation for Create {
    const TITLE: &'static str = "Register a client that speaks SAML";
    const TEXT: &'static str = "With the metadata of the service provider, or with its entity ID and its assertion consumer \
        services. Its other settings are those of every client, such as scopes, consent and second factor.";
    const CALL: &'static str = "POST saml/clients once";
    const COMMAND: &'static str = "client create --saml! NAME=name --metadata --metadata=metadata_url --entity-id --acs \
        --app --url --id";
    type Done = Shown<SamlClientView>;

    async fn run(mut self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let values = self.values();
        let created = create(context, self.id.as_deref(), self.name, values).await?;
        Ok(shown(context, created))
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:write", &SHOW))
    }
}

impl Operation for Update {
    const TITLE: &'static str = "Change a client that speaks SAML";
    const TEXT: &'static str =
        "Metadata replaces the entity ID, all addresses and all certificates.";
    const CALL: &'static str = "PATCH saml/clients/{id} versioned";
    const COMMAND: &'static str =
        "saml update CLIENT_ID=id --metadata --metadata=metadata_url --entity-id --acs";
    type Done = Shown<SamlClientView>;

    async fn run(mut self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let values = self.values();
        Ok(shown(context, update(context, &self.id, values).await?))
    }
}

/// Returns the members in which two clients differ, each with both values.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let objects = [before, after].map(Value::as_object).into_iter().flatten();
    let names: BTreeSet<&String> = objects.flat_map(Map::keys).collect();
    let changed = names
        .into_iter()
        .filter(|name| before.get(name) != after.get(name));
    let shown = |object: &Value, name: &str| object.get(name).cloned().unwrap_or_default();
    changed
        .map(|name| format!("{name}: {} → {}", shown(before, name), shown(after, name)))
        .collect()
}

impl Operation for Check {
    const TITLE: &'static str =
        "Show what metadata gives a client, and what differs from the present";
    const TEXT: &'static str = "Changes nothing.";
    const CALL: &'static str = "POST saml/check";
    const COMMAND: &'static str =
        "saml check --metadata --metadata=metadata_url --app --url --client=id";
    type Done = Shown<SamlClientView>;

    async fn run(mut self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let values = self.values();
        let (draft, present) = preview(context, self.id.as_deref(), values).await?;
        let view = |draft| view_of(context, None, draft, Vec::new());
        let changed =
            present.map(|present| differences(&json!(view(present)), &json!(view(draft.clone()))));
        let shown = view_of(context, None, draft, changed.unwrap_or_default());
        Ok(Shown::unversioned(shown))
    }
}

view! {
    /// The metadata of this server.
    pub SamlMetadata(entity_id: String, keys: Vec<OwnKey>, metadata: String) {
        /// Entity ID, which is the address of the metadata.
        entity_id: String = entity_id;
        /// SHA-256 of the certificates, the active one first.
        certificates: Vec<String> = fingerprints(keys.iter().map(|own| &own.certificate));
        /// Document.
        metadata: String = metadata;
    }
}

impl Operation for Metadata {
    const TITLE: &'static str = "Print the SAML metadata of this server";
    const TEXT: &'static str = "While a new key waits, it has the certificates of both.";
    const CALL: &'static str = "GET saml/metadata";
    const COMMAND: &'static str = "saml metadata";
    const SECRET: &'static str = "metadata";
    const DONE: &'static str = "That is the metadata of {entity_id}.";
    type Done = Shown<SamlMetadata>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("clients:read")?;
        let ring = keys::operations::ring(context)?;
        let published = own_keys::read(&ring, context.db, context.now()).await?;
        let own = own(context);
        let metadata = own_keys::metadata(&own, &published)?;
        let view = SamlMetadata::new(own.entity_id, published, metadata);
        Ok(Shown::unversioned(view))
    }
}
