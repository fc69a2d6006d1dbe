//! Values of client settings as the audit log stores them.

use serde::de::DeserializeOwned;

use super::{
    AccessTokenFormat, AssertionAudience, ClientAuth, ConsentChange, ConsentTerms, PkcePolicy,
    SecurityProfile,
};
use crate::prelude::*;

pub(super) trait StoredSetting: Sized {
    /// Reads the stored value. Returns `None` if no change sets a setting to it.
    fn from_stored(value: &Value) -> Option<Self>;
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

impl StoredSetting for String {
    fn from_stored(value: &Value) -> Option<Self> {
        match value {
            // An empty text removes a value.
            Value::Null => Some(Self::new()),
            value => read(value),
        }
    }
}

macro_rules! stored {
    ($($type:ty = |$value:ident| $read:expr;)+) => {$(
        impl StoredSetting for $type {
            fn from_stored($value: &Value) -> Option<Self> {
                $read
            }
        }
    )+};
}

stored! {
    bool = |value| value.as_bool();
    i64 = |value| match value {
        // Zero removes a value.
        Value::Null => Some(0),
        value => value.as_i64(),
    };
    Vec<String> = |value| read(value);
    Vec<GrantType> = |value| read(value);
    Scope = |value| read(value);
    SigningAlg = |value| read(value);
    Option<SigningAlg> = |value| read(value);
    CertificateSubject = |value| read(value);
    ClientAuth = |value| Self::parse(value.as_str()?);
    SecurityProfile = |value| Self::parse(value.as_str()?);
    AccessTokenFormat = |value| Self::parse(value.as_str()?);
    PkcePolicy = |value| Self::parse(value.as_str()?);
    Option<AssertionAudience> = |value| match value {
        Value::Null => Some(None),
        value => AssertionAudience::parse(value.as_str()?).map(Some),
    };
}

impl ConsentChange {
    /// Returns the change to stored settings, except the logo.
    pub(super) fn from_stored(value: &Value) -> Option<Self> {
        let terms: ConsentTerms = read(value)?;
        Some(Self {
            optional_scopes: Some(terms.optional_scopes),
            lifetime: Some(terms.lifetime.unwrap_or_default()),
            publisher: Some(terms.publisher.unwrap_or_default()),
            policy_uri: Some(terms.policy_uri.unwrap_or_default()),
            tos_uri: Some(terms.tos_uri.unwrap_or_default()),
        })
    }
}
