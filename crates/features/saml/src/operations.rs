//! Operations of clients that speak SAML.

use doorward_admin::json_member::{OneOf, optional_word};
use doorward_admin::keys;
use doorward_admin::operation::{Again, Operation, Shown};
use doorward_admin::operator::version;
use doorward_admin::prelude::*;
use doorward_domain::model::saml_client::{AttributeNames, NameIdFormat, SamlClient, SamlSigned};
use doorward_services::view;

use crate::kind_spec::Put;
use crate::use_cases::{Draft, Values, create, get, preview, update};
use crate::{applications, own_keys};
use doorward_saml_protocol::key::fingerprint;
use doorward_saml_protocol::metadata::{self, OwnAddresses};

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
    pub SamlClientView(client: Client, saml: SamlClient, own: OwnAddresses, configuration: Vec<String>) {
        /// Client ID.
        id: String = client.id.to_string();
        /// Name shown to users.
        name: String = client.name;
        /// Entity ID of the service provider.
        entity_id: String = saml.entity_id;
        /// Assertion consumer services; the first one is the default.
        acs: Vec<String> = client.redirect_uris;
        /// Address for requests of a sign-out by redirect.
        logout_url?: String = saml.settings.logout_url;
        /// URL of the metadata.
        metadata_url?: String = saml.settings.metadata_url;
        /// SHA-256 of the certificates for signatures of requests.
        signing_certificates: Vec<String> = fingerprints(&saml.settings.signing_certificates);
        /// SHA-256 of the certificate for encryption.
        encryption_certificate?: String = saml.settings.encryption_certificate.as_deref().map(fingerprint);
        /// True if requests must be signed.
        signed_requests: bool = saml.settings.signed_requests;
        /// Signed parts of a response: `assertion`, `response` or `both`.
        signed: &'static str = saml.settings.signed.as_str();
        /// True if assertions are encrypted.
        encrypted: bool = saml.settings.encrypted;
        /// Format of names that no request demands.
        name_id_format: &'static str = saml.settings.name_id_format.as_str();
        /// Set of attribute names.
        attribute_names: &'static str = saml.settings.attribute_names.as_str();
        /// True if sign-ins without a request are allowed.
        unsolicited: bool = saml.settings.unsolicited;
        /// Entity ID of this server, and address of its metadata.
        idp_entity_id: String = own.entity_id;
        /// Address of this server for sign-ins.
        idp_sso_url: String = own.sign_on;
        /// Address of this server for sign-outs.
        idp_logout_url: String = own.logout;
        /// Lines to enter at a known application, when it is registered.
        configuration?: Vec<String> = Some(configuration).filter(|lines| !lines.is_empty());
    }
}

fn fingerprints(certificates: &[String]) -> Vec<String> {
    certificates.iter().map(|text| fingerprint(text)).collect()
}

fn shown(
    context: &AdminContext<'_>,
    (client, saml): (Client, SamlClient),
    configuration: Vec<String>,
) -> Shown<SamlClientView> {
    let version = version(&client);
    let own = OwnAddresses::new(context.settings.issuer());
    Shown::of_version(
        version,
        SamlClientView::new(client, saml, own, configuration),
    )
}

/// Completes values by the application that they name, and returns what to enter there.
fn completed(context: &AdminContext<'_>, values: &mut Values) -> Result<Vec<String>> {
    let own = OwnAddresses::new(context.settings.issuer());
    applications::complete(values, &own)
}

type Signs = OneOf<SamlSigned>;
type Formats = OneOf<NameIdFormat>;
type Names = OneOf<AttributeNames>;

/// Defines a body with the values of a client after its own members.
macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        #[derive(Debug, Deserialize, ToSchema)]
        $(#[$doc])*
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// Known application, which gives the addresses and the names of attributes.
            app: Option<String>,
            /// URL of the known application.
            url: Option<String>,
            /// Metadata of the service provider.
            #[schema(format = "xml")]
            metadata: Option<String>,
            /// URL of the metadata of the service provider.
            #[schema(format = "uri")]
            metadata_url: Option<String>,
            /// Entity ID of the service provider, without metadata.
            entity_id: Option<String>,
            /// URLs of assertion consumer services, without metadata; the first one is the default.
            acs: Option<Vec<String>>,
            /// Address of the service provider for sign-outs by redirect; an empty text removes it.
            logout_url: Option<String>,
            /// Certificate for signatures of requests, in PEM; an empty text removes it.
            #[schema(format = "pem")]
            signing_certificate: Option<String>,
            /// Certificate for encryption, in PEM; an empty text removes it.
            #[schema(format = "pem")]
            encryption_certificate: Option<String>,
            /// Requires signed requests.
            signed_requests: Option<bool>,
            /// Signed parts of a response; default: `assertion`.
            #[serde(default, deserialize_with = "optional_word")]
            #[schema(inline, value_type = Option<Signs>)]
            signed: Option<SamlSigned>,
            /// Encrypts assertions.
            encrypted: Option<bool>,
            /// Format of names that no request demands; default: `persistent`, or the first one of the metadata.
            #[serde(default, deserialize_with = "optional_word")]
            #[schema(inline, value_type = Option<Formats>)]
            name_id_format: Option<NameIdFormat>,
            /// Set of attribute names; default: `uri`.
            #[serde(default, deserialize_with = "optional_word")]
            #[schema(inline, value_type = Option<Names>)]
            attribute_names: Option<AttributeNames>,
            /// Allows sign-ins without a request.
            unsolicited: Option<bool>,
        }

        impl $name {
            fn values(&mut self) -> Values {
                Values {
                    app: self.app.take(),
                    url: self.url.take(),
                    metadata: self.metadata.take(),
                    metadata_url: self.metadata_url.take(),
                    entity_id: self.entity_id.take(),
                    consumers: self.acs.take(),
                    logout_url: self.logout_url.take(),
                    signing_certificate: self.signing_certificate.take(),
                    encryption_certificate: self.encryption_certificate.take(),
                    signed_requests: self.signed_requests,
                    signed: self.signed,
                    encrypted: self.encrypted,
                    name_id_format: self.name_id_format,
                    attribute_names: self.attribute_names,
                    unsolicited: self.unsolicited,
                }
            }
        }
    };
}

body! {
    /// A client that speaks SAML to register.
    #[schema(as = NewSamlClient)]
    Create {
        /// Name shown to users.
        name: String,
        /// Client ID; random if omitted.
        id: Option<String>,
    }
}

body! {
    /// Changes. Omitted members stay unchanged.
    #[schema(as = SamlClientPatch)]
    Update {
        /// Client ID.
        id: String,
    }
}

body! {
    /// Values to check.
    #[schema(as = SamlClientCheck)]
    Check {
        /// ID of the client that the values would change; without it they are those of a new client.
        id: Option<String>,
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a client that speaks SAML";
    const CALL: &'static str = "GET saml/clients/{id}";
    const COMMAND: &'static str = "saml show CLIENT_ID=id";
    type Done = Shown<SamlClientView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        Ok(shown(context, get(context, &self.id).await?, Vec::new()))
    }
}

impl Operation for Create {
    const TITLE: &'static str = "Register a client that speaks SAML";
    const TEXT: &'static str = "With the metadata of the service provider, or with its entity ID and its assertion consumer \
        services. Its other settings are those of every client, such as scopes, consent and second factor.";
    const CALL: &'static str = "POST saml/clients once";
    const COMMAND: &'static str =
        "saml create NAME=name --metadata --metadata-url --entity-id --acs --app --url --id";
    type Done = Shown<SamlClientView>;

    async fn run(mut self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let mut values = self.values();
        let configuration = completed(context, &mut values)?;
        let created = create(context, self.id.as_deref(), self.name, values).await?;
        Ok(shown(context, created, configuration))
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
        "saml update CLIENT_ID=id --metadata --metadata-url --entity-id --acs";
    type Done = Shown<SamlClientView>;

    async fn run(mut self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let mut values = self.values();
        let configuration = completed(context, &mut values)?;
        let updated = update(context, &self.id, values).await?;
        Ok(shown(context, updated, configuration))
    }
}

view! {
    /// The values that metadata or other members give a client.
    pub CheckedSamlClient(draft: Draft, differences: Vec<String>, configuration: Vec<String>) {
        /// Entity ID of the service provider.
        entity_id: String = draft.entity_id;
        /// Assertion consumer services; the first one is the default.
        acs: Vec<String> = draft.consumers;
        /// Address for requests of a sign-out by redirect.
        logout_url?: String = draft.settings.logout_url;
        /// SHA-256 of the certificates for signatures of requests.
        signing_certificates: Vec<String> = fingerprints(&draft.settings.signing_certificates);
        /// SHA-256 of the certificate for encryption.
        encryption_certificate?: String = draft.settings.encryption_certificate.as_deref().map(fingerprint);
        /// True if requests must be signed.
        signed_requests: bool = draft.settings.signed_requests;
        /// Format of names that no request demands.
        name_id_format: &'static str = draft.settings.name_id_format.as_str();
        /// Members that differ from those of the client, each with both values.
        differences: Vec<String> = differences;
        /// Lines to enter at a known application.
        configuration?: Vec<String> = Some(configuration).filter(|lines| !lines.is_empty());
    }
}

/// Returns the members in which two clients differ.
fn differences(before: Draft, after: Draft) -> Vec<String> {
    let members = |draft: Draft| json!(CheckedSamlClient::new(draft, Vec::new(), Vec::new()));
    let (before, after) = (members(before), members(after));
    let names = after
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name);
    let removed = before
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name);
    let removed = removed.filter(|name| after.get(name.as_str()).is_none());
    let changed = names
        .chain(removed)
        .filter(|name| before.get(name.as_str()) != after.get(name.as_str()));
    let shown = |value: Option<&Value>| value.cloned().unwrap_or_default();
    changed
        .map(|name| {
            format!(
                "{name}: {} → {}",
                shown(before.get(name)),
                shown(after.get(name))
            )
        })
        .collect()
}

impl Operation for Check {
    const TITLE: &'static str =
        "Show what metadata gives a client, and what differs from the present";
    const TEXT: &'static str = "Changes nothing.";
    const CALL: &'static str = "POST saml/check";
    const COMMAND: &'static str = "saml check --metadata --metadata-url --app --url --client=id";
    type Done = Shown<CheckedSamlClient>;

    async fn run(mut self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let mut values = self.values();
        let configuration = completed(context, &mut values)?;
        let (draft, present) = preview(context, self.id.as_deref(), values).await?;
        let changed = present.map(|present| differences(present, draft.clone()));
        let view = CheckedSamlClient::new(draft, changed.unwrap_or_default(), configuration);
        Ok(Shown::unversioned(view))
    }
}

view! {
    /// The metadata of this server.
    pub SamlMetadata(own: OwnAddresses, certificates: Vec<String>) {
        /// Entity ID, which is the address of the metadata.
        entity_id: String = own.entity_id.clone();
        /// SHA-256 of the certificates, the active one first.
        certificates: Vec<String> = fingerprints(&certificates);
        /// Document.
        metadata: String = metadata::write(&own, &certificates);
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
        let certificates = own_keys::read(&ring, context.db, context.now()).await?;
        let certificates = certificates
            .into_iter()
            .map(|own| own.certificate)
            .collect();
        let own = OwnAddresses::new(context.settings.issuer());
        Ok(Shown::unversioned(SamlMetadata::new(own, certificates)))
    }
}
