//! Names that most modules need.

pub(crate) use doorward_config::Config;
pub(crate) use doorward_domain::boxed;
pub(crate) use doorward_domain::credentials::foreign_hash::ForeignHash;
pub(crate) use doorward_domain::model::{
    AuditKind, Client, ClientId, EffectiveRoles, InteractionId, OrgScope, User, UserId,
};
pub(crate) use doorward_domain::random::Random;
pub(crate) use doorward_domain::secret::{KeyPurpose, MasterKey, Secret, TokenHash};
pub(crate) use doorward_domain::time::{Clock, UnixSeconds};
pub(crate) use doorward_egress::outgoing::FetchRequirements;
pub(crate) use doorward_i18n::Lang;
pub(crate) use doorward_rules::limits::rate_limit::{self as rule, Limit};
pub(crate) use doorward_rules::rejection::Rejection;
pub(crate) use doorward_rules::url_source::SourcedUrl;
pub(crate) use doorward_store::{Conn, Ephemeral, repo};
pub(crate) use doorward_telemetry::metrics::Metrics;
pub(crate) use serde::Deserialize;
pub(crate) use serde_json::{Map, Value};
pub(crate) use std::net::IpAddr;
pub(crate) use std::path::{Path, PathBuf};
pub(crate) use std::sync::atomic::Ordering;
pub(crate) use std::sync::{Arc, PoisonError};
pub(crate) use std::time::Duration;
