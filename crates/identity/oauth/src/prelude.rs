//! Names that many use cases need.

pub(crate) use doorward_access::jwt::claims::AccessTokenClaims;
pub(crate) use doorward_domain::boxed;
pub(crate) use doorward_domain::model::{
    AuditEvent, AuditKind, ClaimOutput, Client, ClientId, ClientKind, EffectiveRoles, Grant,
    GrantOrigin, Interaction, OrgScope, RevokeReason, Session, User, UserId,
};
pub(crate) use doorward_domain::secret::{OpaqueToken, TokenHash};
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_protocol::authorization_details::AuthorizationDetails;
pub(crate) use doorward_protocol::error::{ErrorCode, OAuthError, Reason};
pub(crate) use doorward_protocol::params::Params;
pub(crate) use doorward_protocol::registration::ClientMetadata;
pub(crate) use doorward_protocol::scope::Scope;
pub(crate) use doorward_protocol::token::{GrantType, TokenResponse};
pub(crate) use doorward_rules::access_token::Described;
pub(crate) use doorward_rules::authorize::ResolvedAccess;
pub(crate) use doorward_rules::grant_check::GrantCheckError;
pub(crate) use doorward_rules::next_step::NextStep;
pub(crate) use doorward_rules::sender_constraint::ProvenKeys;
pub(crate) use doorward_rules::url_source::SourcedUrl;
pub(crate) use doorward_rules::{client_profile, identifier};
pub(crate) use doorward_services::caller::{AuditEventExt as _, Caller};
pub(crate) use doorward_services::context::{Context, Core, effective_roles};
pub(crate) use doorward_services::error::{FlowError, FlowResult, Result, ServerError};
pub(crate) use doorward_services::signed_in::SignedIn;
pub(crate) use doorward_services::transaction::in_transaction;
pub(crate) use doorward_services::{access_end, factors, organization};
pub(crate) use doorward_store::repo::access_token_status::UserFacts;
pub(crate) use doorward_store::{Conn, StoreError, WriteTx, repo};
pub(crate) use serde_json::{Map, Value};
pub(crate) use std::sync::Arc;
