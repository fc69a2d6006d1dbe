//! Values of client settings, as the audit log stores them and as requests have them.

use doorward_protocol::words::Word;
use serde::de::DeserializeOwned;

use super::client_setting::SettingForm::{
    self, Duration, Flag, Names, OptionalWords, Text, Texts, Words,
};
use super::{
    AccessTokenFormat, AssertionAudience, ClientAuth, ConsentChange, ConsentTerms, PkcePolicy,
    SecurityProfile,
};
use crate::prelude::*;

pub(super) trait SettingValue: Sized {
    /// The form in a request.
    const FORM: SettingForm;

    /// Reads the stored value. Returns `None` if no change sets a setting to it.
    fn from_stored(value: &Value) -> Option<Self>;

    /// Reads the value of a member of a request. Returns `None` if it has another form.
    fn from_member(_member: &str, value: &Value) -> Option<Self> {
        (!value.is_null())
            .then(|| Self::from_stored(value))
            .flatten()
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

pub(super) fn words<T: Word>() -> Vec<&'static str> {
    T::ALL.iter().map(|known| known.word()).collect()
}

fn methods() -> Vec<&'static str> {
    let methods = ClientAuthMethod::ALL.map(ClientAuthMethod::as_str);
    [ClientAuth::SECRET].into_iter().chain(methods).collect()
}

fn audiences() -> Vec<&'static str> {
    let mut words = words::<AssertionAudience>();
    words.push("default");
    words
}

/// Parses a grant type from its name or a short form of it.
fn grant(name: &str) -> GrantType {
    match name {
        "device_code" => GrantType::DeviceCode,
        "token_exchange" => GrantType::TokenExchange,
        "jwt_bearer" => GrantType::JwtBearer,
        "ciba" => GrantType::Ciba,
        name => GrantType::parse(name),
    }
}

macro_rules! values {
    ($(
        $type:ty, $form:expr, |$value:ident| $read:expr
        $(, |$member:ident, $given:ident| $own:expr)?;
    )+) => {$(
        impl SettingValue for $type {
            const FORM: SettingForm = $form;

            fn from_stored($value: &Value) -> Option<Self> {
                $read
            }

            $(fn from_member($member: &str, $given: &Value) -> Option<Self> {
                $own
            })?
        }
    )+};
}

values! {
    String, Text, |value| match value {
        // An empty text removes a value.
        Value::Null => Some(Self::new()),
        value => read(value),
    };
    bool, Flag, |value| value.as_bool();
    i64, Duration, |value| match value {
        // Zero removes a value.
        Value::Null => Some(0),
        value => value.as_i64(),
    };
    Vec<String>, Texts, |value| read(value);
    Vec<GrantType>, Texts, |value| read(value), |_member, value| {
        let names: Vec<String> = read(value)?;
        Some(names.iter().map(|name| grant(name)).collect())
    };
    Scope, Names, |value| read(value);
    SigningAlg, Words(words::<Self>), |value| read(value);
    Option<SigningAlg>, OptionalWords(words::<SigningAlg>), |value| read(value),
        |_member, value| match value.as_str()? {
            "" => Some(None),
            text => SigningAlg::parse(text).map(Some),
        };
    CertificateSubject, Text, |value| read(value), |member, value| {
        let text = value.as_str()?;
        let given = Self::MEMBERS.map(|name| (name == member).then(|| text.to_owned()));
        Self::one_of(given).ok().flatten()
    };
    ClientAuth, Words(methods), |value| Self::parse(value.as_str()?);
    SecurityProfile, Words(words::<Self>), |value| Self::parse(value.as_str()?);
    AccessTokenFormat, Words(words::<Self>), |value| Self::parse(value.as_str()?);
    PkcePolicy, Words(words::<Self>), |value| Self::parse(value.as_str()?);
    Option<AssertionAudience>, Words(audiences), |value| match value {
        Value::Null => Some(None),
        value => AssertionAudience::parse(value.as_str()?).map(Some),
    }, |_member, value| AssertionAudience::parse_setting(value.as_str()?).ok();
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

    /// Sets a member to its value in a request. Returns false for another member or form.
    pub(super) fn set_member(&mut self, member: &str, value: &Value) -> bool {
        fn set<T: SettingValue>(slot: &mut Option<T>, value: &Value) -> bool {
            *slot = T::from_member("", value);
            slot.is_some()
        }
        match member {
            "consent.optional_scope" => set(&mut self.optional_scopes, value),
            "consent.lifetime" => set(&mut self.lifetime, value),
            "consent.publisher" => set(&mut self.publisher, value),
            "consent.policy_uri" => set(&mut self.policy_uri, value),
            "consent.tos_uri" => set(&mut self.tos_uri, value),
            _ => false,
        }
    }
}
