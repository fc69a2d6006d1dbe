//! Clients that speak SAML 2.0, and their sessions.

use serde::{Deserialize, Serialize};

use super::{ClientId, GrantId, SessionId};
use crate::time::UnixSeconds;

/// The settings of a client of the kind [`Saml`](super::ClientKind::Saml). Its assertion consumer services are the
/// redirect URIs of the client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SamlClient {
    pub client_id: ClientId,
    /// Entity ID of the service provider, which no other client has.
    pub entity_id: String,
    pub settings: SamlSettings,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SamlSettings {
    /// Numbers of the assertion consumer services, by which a request may name one.
    pub consumers: Vec<SamlConsumer>,
    /// Address for requests of a sign-out by redirect.
    pub logout_url: Option<String>,
    /// Address for responses of a sign-out, if it differs.
    pub logout_response_url: Option<String>,
    /// Certificates for signatures of requests, in base64 of DER.
    pub signing_certificates: Vec<String>,
    pub encryption_certificate: Option<String>,
    /// Requires signed requests.
    pub signed_requests: bool,
    pub signed: SamlSigned,
    /// Encrypts assertions.
    pub encrypted: bool,
    /// Format of names that no request demands.
    pub name_id_format: NameIdFormat,
    pub attribute_names: AttributeNames,
    /// Allows sign-ins without a request.
    pub unsolicited: bool,
    /// URL of the metadata.
    pub metadata_url: Option<String>,
    /// Known application, and its URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<[String; 2]>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SamlConsumer {
    pub index: u16,
    pub url: String,
}

doorward_protocol::words! {
    /// The parts of a response that are signed.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum SamlSigned {
        #[default]
        Assertion = "assertion",
        Response = "response",
        Both = "both",
    }

    /// The format of the name of a user (SAML Core §8.3).
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum NameIdFormat {
        /// The pairwise subject of the user: the same at each sign-in, another one at each client.
        #[default]
        Persistent = "persistent",
        /// Another name at each sign-in.
        Transient = "transient",
        /// The verified e-mail address.
        Email = "email",
        /// The user name.
        Unspecified = "unspecified",
    }

    /// A set of attribute names.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum AttributeNames {
        /// Names of LDAP and eduPerson as object identifiers, such as `urn:oid:0.9.2342.19200300.100.1.3`.
        #[default]
        Uri = "uri",
        /// Short names of LDAP, such as `mail`.
        Basic = "basic",
        /// Names of Active Directory Federation Services, such as `…/identity/claims/emailaddress`.
        Microsoft = "microsoft",
        /// Names of the claims, such as `email`.
        Claims = "claims",
    }
}

/// The session of a user at a service provider, which begins with a response. It ends with its grant and with the
/// session of the browser.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SamlSession {
    /// The grant, whose ID is the `SessionIndex`.
    pub grant_id: GrantId,
    pub session_id: SessionId,
    pub client_id: ClientId,
    /// The name of the user in the response.
    pub name_id: String,
    pub name_id_format: NameIdFormat,
    pub created_at: UnixSeconds,
}
