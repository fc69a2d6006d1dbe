//! JSON Web Tokens: their claims, the keys, and the verification.

pub mod claims;
pub mod dpop;
pub mod jwk;
pub mod jwks;
pub mod party;
pub mod verify;
