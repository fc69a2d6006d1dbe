//! The entities of the identity server, as plain values.

pub mod access_review;
pub mod api_key;
pub mod app_password;
mod approval;
pub mod audit;
pub mod brand;
pub mod bulk_change;
pub mod claim_mapping;
pub mod client;
pub mod client_auth;
pub mod client_registration;
pub mod client_setting;
pub mod client_settings;
pub mod code;
pub mod consent;
pub mod denial;
pub mod device_request;
pub mod email_token;
pub mod factor_campaign;
pub mod former_name;
pub mod grant;
pub mod group;
pub mod id;
pub mod interaction;
pub mod invitation;
pub mod job;
pub mod mail;
pub mod monthly_report;
pub mod organization;
pub mod own_text;
pub mod picture;
pub mod profile_field;
pub mod provider;
pub mod provider_cause;
pub mod rbac;
pub mod refresh_token;
pub mod saml_client;
pub mod scim;
pub mod scope;
pub mod second_factor;
pub mod server_state;
pub mod session;
mod setting_value;
pub mod sign_in_attempt;
pub mod signals;
pub mod site;
mod site_session;
pub mod stat;
pub mod user;

#[cfg(any(test, feature = "samples"))]
#[path = "tests/sample.rs"]
pub mod sample;
#[cfg(test)]
mod tests;

pub use access_review::{AccessReview, ReviewDecision, ReviewLine, ReviewOutcome, ReviewScope};
pub use api_key::{ApiKey, ApiKeyId};
pub use app_password::AppPassword;
pub use approval::{Approval, ApprovalMark, ApprovalState, ManagedObject};
pub use audit::{AuditEvent, AuditKind, AuditRecord};
pub use brand::{BrandOwner, BrandOwners, BrandPicture};
pub use bulk_change::{
    BulkAction, BulkChange, BulkFailure, BulkSelection, BulkState, EmailDomains, StopReason,
};
pub use claim_mapping::{
    Case, Choice, ClaimMapping, ClaimOutput, ClaimSource, GroupFormat, GroupList, RoleList,
};
pub use client::{
    AccessTokenFormat, Client, ConsentTerms, ExchangeRights, LogoutUris, MetadataDocument,
    RegisteredBy,
};
pub use client_auth::{
    AssertionAudience, ClientAuth, ClientKind, CodeProtection, FormerSecret, PKCE_STREAK,
    PkcePolicy, SecretUse, SecretUses, SecurityProfile, UnknownAudience,
};
pub use client_registration::{ClientRegistration, GivenScopes, RegistrationToken};
pub use client_settings::ClientChange;
pub use code::{Code, CodeError};
pub use consent::{Consent, ConsentChange};
pub use denial::DenialRecord;
pub use device_request::{Backchannel, DeviceRequest};
pub use email_token::{EmailPurpose, EmailSignIn, EmailToken};
pub use factor_campaign::{CampaignCover, CampaignTarget, FactorCampaign, FactorException};
pub use grant::{Grant, GrantOrigin, RevokeReason};
pub use group::Group;
pub use id::{
    AppPasswordId, ApprovalId, AssignmentId, AttemptId, AuditId, AvatarId, BulkChangeId, ClientId,
    ConsentId, DenialId, DeviceRequestId, FactorCampaignId, GrantId, GroupId, InteractionId,
    InvitationId, JobId, LinkId, LogoId, PasskeyId, RegistrationTokenId, RequestId, ReviewId,
    ReviewLineId, ScimSourceId, SessionId, SignInAttemptId, SignalId, SiteId, TrustedDeviceId,
    UserId,
};
pub use interaction::{Interaction, PushedRequest};
pub use invitation::Invitation;
pub use job::{Job, JobKind, JobState, JobSummary};
pub use monthly_report::{AppCount, FactorCount, MonthlyReport, ReportFigure};
pub use organization::{Member, Organization};
pub use own_text::{OwnText, TextOwner};
pub use picture::{Avatar, Logo};
pub use profile_field::{
    FieldAudience, FieldEdit, FieldEditor, FieldInput, FieldKind, FieldValues, ProfileField,
};
pub use provider::{
    ClaimNames, FederatedSignUp, LinkedAccount, OauthEndpoints, Provider, ProviderClientAuth,
    ProviderId, ProviderSession, ProviderSettings, SecretSigner, UpstreamIdentity, UpstreamSession,
};
pub use provider_cause::{ProviderCause, Unaccepted};
pub use rbac::{ADMIN_ROLE, Assignment, EffectiveRoles, OrgScope, Permission, Role, SubjectKind};
pub use refresh_token::{RefreshFamily, RefreshToken};
pub use scope::{AccessTokenType, AskedClaims, Resource, ScopeEntry, token_signing_alg};
pub use second_factor::{
    FactorRequirement, FirstFactor, Passkey, PendingSignIn, TotpFactor, TrustedDevice,
};
pub use server_state::{Notice, Period, ServerState};
pub use session::{Authentication, EndCause, EndReason, LogoutNotification, Session, SessionEnd};
pub use sign_in_attempt::{AttemptOutcome, AttemptRule, AttemptStep, SignInAttempt};
pub use site::{
    Site, SiteDemand, SiteFactor, SiteHeaders, SitePath, SiteRule, SiteSettings, UserDemand,
};
pub use site_session::SiteSession;
pub use stat::{StatCount, StatKind};
pub use user::{Address, EmailPreferences, LastLogin, Profile, User, UsernameMode};
