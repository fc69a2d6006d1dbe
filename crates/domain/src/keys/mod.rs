//! Signing keys: generation, sealing, signing, publication and rotation.

mod ring;
mod rotate;
mod sign;

pub use ring::KeyRing;
pub use rotate::{KeyRecord, RotationPlan, RotationPolicy, plan};
pub use sign::{KeyError, Signer, generate, thumbprint};
