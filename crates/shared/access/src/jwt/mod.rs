//! JSON Web Tokens: their claims, the keys, and the verification.

pub mod claims;
pub mod dpop;
pub mod external_keys;
pub mod jwk;
pub mod jwks;
pub mod provider_token;
mod public_key;
pub mod verify;
