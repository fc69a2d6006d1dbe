//! Names that most modules need.

pub(crate) use base64::Engine as _;
pub(crate) use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub(crate) use doorward_access::mutant;
pub(crate) use doorward_access::mutant::Safeguard;
pub(crate) use doorward_domain::credentials::keyed_hash::hmac;
pub(crate) use doorward_domain::model::{
    AssertionAudience, AuditKind, Authentication, Client, ClientAuth, ClientId, ClientKind,
    EffectiveRoles, Grant, PkcePolicy, Provider, ScopeEntry, SecurityProfile, Session, User,
    UserId,
};
pub(crate) use doorward_domain::secret::TokenHash;
pub(crate) use doorward_domain::time::{UnixSeconds, is_expired};
pub(crate) use doorward_protocol::authorization_details::{AuthorizationDetails, detail_type};
pub(crate) use doorward_protocol::authorize::AuthorizationRequest;
pub(crate) use doorward_protocol::client_auth::ClientAuthMethod;
pub(crate) use doorward_protocol::error::{Cause, ErrorCode, OAuthError, Reason};
pub(crate) use doorward_protocol::redirect_uri;
pub(crate) use doorward_protocol::scope::Scope;
pub(crate) use doorward_protocol::signing_alg::SigningAlg;
pub(crate) use doorward_protocol::token::GrantType;
pub(crate) use hmac::Mac as _;
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use serde_json::{Map, Value, json};
pub(crate) use std::collections::{BTreeMap, BTreeSet};
pub(crate) use std::net::IpAddr;
pub(crate) use url::{Host, Url};
