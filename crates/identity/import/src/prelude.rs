//! Names that most modules need.

pub(crate) use doorward_domain::boxed;
pub(crate) use doorward_domain::credentials::recovery_code::RecoveryCode;
pub(crate) use doorward_domain::credentials::totp::TotpSecret;
pub(crate) use doorward_domain::model::{ClientKind, UserId, UsernameMode};
pub(crate) use doorward_domain::secret::Secret;
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_protocol::client_auth::ClientAuthMethod;
pub(crate) use doorward_protocol::token::GrantType;
pub(crate) use doorward_rules::displayed_name;
pub(crate) use doorward_rules::profile::Field;
pub(crate) use doorward_rules::provider::Preset;
pub(crate) use doorward_store::StoreError;
pub(crate) use serde_json::{Map, Value};
pub(crate) use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
pub(crate) use std::io::BufReader;
pub(crate) use std::path::{Path, PathBuf};
pub(crate) use std::sync::Arc;
