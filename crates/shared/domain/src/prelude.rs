//! Names that most modules need.

pub(crate) use argon2::password_hash::phc::{Output, Salt};
pub(crate) use argon2::{Algorithm, Version};
pub(crate) use base64::Engine as _;
pub(crate) use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
pub(crate) use doorward_protocol::authorization_details::AuthorizationDetails;
pub(crate) use doorward_protocol::certificate::CertificateSubject;
pub(crate) use doorward_protocol::client_auth::ClientAuthMethod;
pub(crate) use doorward_protocol::scope::Scope;
pub(crate) use doorward_protocol::signing_alg::SigningAlg;
pub(crate) use doorward_protocol::token::GrantType;
pub(crate) use josekit::JoseError;
pub(crate) use josekit::jws::JwsSigner;
pub(crate) use rand_core::CryptoRng;
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use serde_json::{Map, Value};
pub(crate) use sha2::{Digest, Sha256};
pub(crate) use std::collections::{BTreeMap, BTreeSet};
pub(crate) use std::fmt;
pub(crate) use std::net::IpAddr;
pub(crate) use zeroize::Zeroizing;
