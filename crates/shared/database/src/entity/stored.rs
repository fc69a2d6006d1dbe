//! The values that columns store.

use std::net::IpAddr;

use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::saml_client::NameIdFormat;
use doorward_domain::model::scim::ScimState;
use doorward_domain::model::signals::SignalEvent;
use doorward_domain::model::{
    AccessTokenFormat, AccessTokenType, ApiKeyId, AppPasswordId, ApprovalId, ApprovalState,
    AssertionAudience, AssignmentId, AttemptId, AttemptOutcome, AttemptStep, AuditId, AuditKind,
    AvatarId, BulkAction, BulkChangeId, BulkState, ClientId, ClientKind, CodeError, CodeProtection,
    ConsentId, DenialId, DeviceRequestId, EmailPurpose, EndReason, FactorCampaignId, FieldAudience,
    FieldEditor, GrantId, GrantOrigin, GroupId, InteractionId, InvitationId, JobId, JobKind,
    LinkId, LogoId, PasskeyId, PkcePolicy, ProviderId, RegisteredBy, RegistrationTokenId,
    ReviewDecision, ReviewId, ReviewLineId, ReviewOutcome, ReviewScope, RevokeReason, ScimSourceId,
    SecurityProfile, SessionId, SignInAttemptId, SignalId, SiteId, StatKind, StopReason,
    SubjectKind, TrustedDeviceId, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::pkce::CodeChallenge;
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::audit_chain::LinkHash;
use doorward_rules::audit_stream::StreamName;
use sea_orm::prelude::Uuid;
use sea_orm::{ActiveValue, DeriveValueType, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Result, StoreError};

/// The names in the module of a table.
pub mod columns {
    pub use sea_orm::entity::prelude::*;

    pub use super::Json;

    /// A hash, a picture or a sealed value.
    pub type Bytes = Vec<u8>;
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
pub struct Json(pub String);

/// A value in a column with the type `C`.
pub trait Stored<C>: Sized {
    /// Reads a column; returns `None` if it holds no such value.
    fn read(column: C) -> Option<Self>;

    fn write(&self) -> Result<C>;
}

impl<C, T: Stored<C>> Stored<Option<C>> for Option<T> {
    fn read(column: Option<C>) -> Option<Self> {
        match column {
            Some(column) => T::read(column).map(Some),
            None => Some(None),
        }
    }

    fn write(&self) -> Result<Option<C>> {
        self.as_ref().map(T::write).transpose()
    }
}

impl<T: Serialize + DeserializeOwned> Stored<Json> for T {
    fn read(column: Json) -> Option<Self> {
        serde_json::from_str(&column.0).ok()
    }

    fn write(&self) -> Result<Json> {
        to_json(self).map(Json)
    }
}

/// Implements [`Stored`] for types that are read and written alike.
macro_rules! stored {
    (
        $column:ty as $($type:ty),+ {
            |$text:ident| $read:expr,
            |$value:ident| $written:expr
        }
    ) => {$(
        impl Stored<$column> for $type {
            fn read($text: $column) -> Option<Self> {
                $read
            }

            fn write(&self) -> Result<$column> {
                let $value = self;
                Ok($written)
            }
        }
    )+};
}

stored!(String as String { |text| Some(text), |text| text.clone() });
stored!(Vec<u8> as Vec<u8> { |bytes| Some(bytes), |bytes| bytes.clone() });
stored!(bool as bool { |flag| Some(flag), |flag| *flag });
stored!(i64 as i64 { |number| Some(number), |number| *number });
stored!(i32 as i32 { |number| Some(number), |number| *number });
stored!(i64 as u32 { |number| number.try_into().ok(), |number| (*number).into() });
stored!(i64 as u64 { |number| number.try_into().ok(), |number| count(*number) });
stored!(i32 as u32 {
    |number| number.try_into().ok(),
    |number| (*number).try_into().unwrap_or(i32::MAX)
});
stored!(
    Uuid as AppPasswordId, ApprovalId, AssignmentId, AuditId, BulkChangeId, ConsentId, DenialId, FactorCampaignId, GrantId,
        GroupId, InvitationId, JobId, LinkId, PasskeyId, RegistrationTokenId, ReviewId,
        ReviewLineId, ScimSourceId, SessionId, SignInAttemptId, SignalId, SiteId, TrustedDeviceId, UserId
    { |uuid| Some(Self::from_uuid(uuid)), |id| id.as_uuid() }
);
stored!(
    String as AccessTokenFormat, AccessTokenType, ApiKeyId, ApprovalState, AssertionAudience, AttemptId,
        AttemptOutcome, AttemptStep, AuditKind, AvatarId, BulkAction, BulkState, ClientAuthMethod,
        ClientId, ClientKind, CodeError, CodeProtection, DeviceRequestId, EmailPurpose, EndReason,
        FieldAudience, FieldEditor, GrantOrigin, InteractionId, JobKind, LogoId, PkcePolicy,
        ProviderId, RegisteredBy, ReviewDecision, ReviewOutcome, ReviewScope, RevokeReason,
        SecurityProfile, SignalEvent, SigningAlg, StatKind, StopReason, StreamName, SubjectKind, UserCode
    { |text| Self::parse(&text), |word| word.as_str().to_owned() }
);
stored!(String as ScimState { |text| Self::parse(&text), |word| word.as_str().to_owned() });
stored!(String as NameIdFormat { |text| Self::parse(&text), |word| word.as_str().to_owned() });
stored!(
    String as CodeChallenge
    { |text| Self::from_s256(&text), |challenge| challenge.as_str().to_owned() }
);
stored!(String as IpAddr { |text| text.parse().ok(), |address| address.to_string() });
stored!(String as Scope { |text| Self::parse(&text).ok(), |scope| scope.to_string() });
stored!(
    Vec<u8> as TokenHash, LinkHash
    { |bytes| Self::from_slice(&bytes), |hash| hash.as_bytes().to_vec() }
);
stored!(Vec<u8> as [u8; 32] { |bytes| bytes.try_into().ok(), |hash| hash.to_vec() });

/// Returns the content of a column for an insert or update.
pub fn set<C: Into<Value>, T: Stored<C>>(value: &T) -> Result<ActiveValue<C>> {
    value.write().map(ActiveValue::Set)
}

/// Returns the content of a column that is null without a value.
pub fn set_optional<C, T: Stored<C>>(value: Option<&T>) -> Result<ActiveValue<Option<C>>>
where
    Option<C>: Into<Value>,
{
    value.map(T::write).transpose().map(ActiveValue::Set)
}

pub fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Query(error.into()))
}

pub fn to_bytes(hash: &TokenHash) -> Vec<u8> {
    hash.as_bytes().to_vec()
}

/// Returns a number for its column.
pub fn count(number: u64) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
