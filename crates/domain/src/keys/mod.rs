//! The signing keys: making and sealing them, signing with them, publishing and rotating them.

mod ring;
mod rotate;
mod sign;

pub use ring::KeyRing;
pub use rotate::{KeyRecord, RotationPlan, RotationPolicy, plan};
pub use sign::{KeyError, Signer, generate, thumbprint};
