//! All settings of a client that speaks SAML: the addresses and certificates that metadata gave it, and those that
//! every client has.

use std::collections::BTreeMap;

use doorward_admin::clients::{change_from_json, update_saml};
use doorward_admin::json_member::word;
use doorward_admin::kinds::Document;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::saml_client::{
    AttributeNames, NameIdFormat, SamlClient, SamlConsumer, SamlSettings, SamlSigned,
};
use doorward_domain::model::{ClientChange, ConsentTerms};
use doorward_saml_protocol::key::certificate_text;
use doorward_saml_protocol::metadata::ServiceProvider;
use doorward_services::error::ServerError;
use doorward_services::view;

use crate::bodies::{Formats, Names, Signs};
use crate::use_cases::{check, register, sector, stored};

const SCOPE: &str = "email openid profile";

view! {
    /// All settings of a client that speaks SAML.
    #[derive(Clone, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[schema(as = SamlClientSpec)]
    pub Put(client: Client, saml: SamlClient) {
        /// Client ID.
        id: String = client.id.to_string();
        /// Name shown to users.
        name: String = client.name;
        /// Entity ID of the service provider.
        entity_id: String = saml.entity_id;
        /// URLs of assertion consumer services; the first one is the default.
        acs: Vec<String> = client.redirect_uris;
        /// Numbers by which requests name assertion consumer services, with their URLs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        acs_numbers: BTreeMap<String, String> = saml.settings.consumers.into_iter()
            .map(|one| (one.index.to_string(), one.url)).collect();
        /// Address of the service provider for sign-outs by redirect.
        logout_url?: String = saml.settings.logout_url;
        /// Address of the service provider for responses of a sign-out, if it differs.
        logout_response_url?: String = saml.settings.logout_response_url;
        /// Certificates for signatures of requests, in PEM or base64.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signing_certificates: Vec<String> = saml.settings.signing_certificates;
        /// Certificate for encryption, in PEM or base64.
        encryption_certificate?: String = saml.settings.encryption_certificate;
        /// Requires signed requests.
        #[serde(default)]
        signed_requests: bool = saml.settings.signed_requests;
        /// Signed parts of a response.
        #[serde(default, deserialize_with = "word")]
        #[schema(inline, value_type = Option<Signs>, default = "assertion")]
        signed: SamlSigned = saml.settings.signed;
        /// Encrypts assertions.
        #[serde(default)]
        encrypted: bool = saml.settings.encrypted;
        /// Format of names that no request demands.
        #[serde(default, deserialize_with = "word")]
        #[schema(inline, value_type = Option<Formats>, default = "persistent")]
        name_id_format: NameIdFormat = saml.settings.name_id_format;
        /// Set of attribute names.
        #[serde(default, deserialize_with = "word")]
        #[schema(inline, value_type = Option<Names>, default = "uri")]
        attribute_names: AttributeNames = saml.settings.attribute_names;
        /// Allows sign-ins without a request.
        #[serde(default)]
        unsolicited: bool = saml.settings.unsolicited;
        /// URL of the metadata, from which an administrator can read them again.
        #[schema(format = "uri")]
        metadata_url?: String = saml.settings.metadata_url;
        /// Scopes whose claims the client receives, separated by spaces.
        #[serde(default = "default_scope")]
        #[schema(format = "names", default = "email openid profile")]
        scope: String = client.scopes.to_string();
        /// Host of the sector in which users have a pairwise subject; that of the first assertion consumer service if
        /// omitted.
        sector_identifier?: String = client.pairwise_sector;
        /// True for a first-party client, which needs no consent.
        #[serde(default)]
        first_party: bool = client.first_party;
        /// Requires a second factor.
        #[serde(default)]
        require_mfa: bool = client.require_mfa;
        /// True if the client is disabled.
        #[serde(default)]
        disabled: bool = client.disabled_at.is_some();
        /// Settings of the consent page.
        #[serde(default, skip_serializing_if = "Terms::is_empty")]
        #[schema(inline)]
        consent: Terms = client.consent.into();
    }
}

view! {
    /// The settings of the consent page.
    #[derive(Clone, PartialEq, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    Terms(consent: ConsentTerms) {
        /// Scopes that users may deselect, separated by spaces.
        #[serde(skip_serializing_if = "String::is_empty")]
        #[schema(format = "names")]
        optional_scope: String = consent.optional_scopes.to_string();
        /// Lifetime of a consent in seconds.
        #[schema(format = "duration")]
        lifetime?: i64 = consent.lifetime;
        /// Publisher of the client.
        #[serde(skip_serializing_if = "String::is_empty")]
        publisher: String = consent.publisher.unwrap_or_default();
        /// URL of the privacy policy.
        #[serde(skip_serializing_if = "String::is_empty")]
        policy_uri: String = consent.policy_uri.unwrap_or_default();
        /// URL of the terms of service.
        #[serde(skip_serializing_if = "String::is_empty")]
        tos_uri: String = consent.tos_uri.unwrap_or_default();
    }
}

impl Terms {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn default_scope() -> String {
    SCOPE.to_owned()
}

impl Put {
    /// Gives equal values one form, and adds what follows from others.
    pub(crate) fn completed(mut self) -> Self {
        let signing = self.signing_certificates.iter_mut();
        for certificate in signing.chain(&mut self.encryption_certificate) {
            *certificate = certificate_text(certificate);
        }
        self.sector_identifier = self.sector_identifier.or_else(|| sector(&self.acs));
        self
    }

    pub(crate) fn document(&self) -> Document {
        match json!(self) {
            Value::Object(members) => members,
            _ => Document::new(),
        }
    }

    /// Returns the settings beside the known application, which files do not describe.
    fn settings(&self) -> Result<SamlSettings> {
        let read = |(number, url): (&String, &String)| {
            let index = number.parse().ok().filter(|_| self.acs.contains(url))?;
            let url = url.clone();
            Some(SamlConsumer { index, url })
        };
        let consumers: Option<Vec<_>> = self.acs_numbers.iter().map(read).collect();
        let problem = "write numbers, each with one of the URLs in acs";
        let mut consumers = consumers.ok_or_else(|| AdminError::invalid("acs_numbers", problem))?;
        consumers.sort_by_key(|consumer| consumer.index);
        // The other members have the names of the settings.
        let named = serde_json::from_value(json!(self)).map_err(ServerError::internal)?;
        Ok(SamlSettings { consumers, ..named })
    }

    /// Returns the settings that every client has; absent ones are removed.
    fn change(&self) -> Result<ClientChange> {
        let consent = &self.consent;
        let change = change_from_json(json!({
            "name": self.name,
            "scope": self.scope,
            "first_party": self.first_party,
            "require_mfa": self.require_mfa,
            "disabled": self.disabled,
            "consent": {
                "optional_scope": consent.optional_scope,
                "lifetime": consent.lifetime.unwrap_or_default(),
                "publisher": consent.publisher,
                "policy_uri": consent.policy_uri,
                "tos_uri": consent.tos_uri,
            },
        }))?;
        let sector_identifier = self.sector_identifier.clone();
        Ok(ClientChange {
            sector_identifier,
            ..change
        })
    }
}

view! {
    /// A stored client that speaks SAML.
    StoredSamlClient(id: String, name: String) {
        /// Client ID.
        id: String = id;
        /// Name shown to users.
        name: String = name;
    }
}

impl Operation for Put {
    const TITLE: &'static str =
        "Create a client that speaks SAML, or replace all settings of the one with this ID";
    const TEXT: &'static str = "Without metadata: for files that describe the whole client.";
    const CALL: &'static str = "PUT saml/clients/{id} creates";
    const COMMAND: &'static str = "saml put CLIENT_ID=id --name --entity-id --acs";
    const DONE: &'static str = "The client {id} is stored.";
    type Done = Shown<StoredSamlClient>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("clients:write")?;
        let spec = self.completed();
        let mut draft = ServiceProvider {
            entity_id: spec.entity_id.clone(),
            consumers: spec.acs.clone(),
            settings: spec.settings()?,
        };
        check(context, &draft)?;
        let present = match ClientId::parse(&spec.id) {
            Some(id) => repo::saml_clients::find(context.db.read(), &id).await?,
            None => None,
        };
        let (is_new, mut change) = (present.is_none(), spec.change()?);
        if let Some(present) = present {
            draft.settings.app = present.settings.app;
            change.redirect_uris = Some(spec.acs);
            update_saml(context, &present.client_id, change, stored(&draft)).await?;
        } else {
            register(context, Some(&spec.id), spec.name.clone(), change, &draft).await?;
        }
        let view = StoredSamlClient::new(spec.id, spec.name);
        Ok(Shown::unversioned(view).created_if(is_new))
    }
}
