//! Secrets: opaque tokens and their hashes, the secret keys, and encryption at rest.

mod kept_key;
mod key_purpose;
mod master_key;
mod value;

pub use kept_key::{KeptKey, KeptKeyRecord};
pub use key_purpose::{KeyId, KeyPurpose};
pub use master_key::{MasterKey, MasterKeyError};
pub(crate) use value::serialize_digests;
pub use value::{
    OpaqueToken, OpenError, ReferenceToken, Secret, TokenHash, open, open_successor, open_with,
    seal, seal_successor,
};

#[cfg(test)]
mod tests;
