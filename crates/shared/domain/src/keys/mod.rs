//! Signing keys: generation, sealing, signing, publication and rotation.

mod es256;
mod key_pair;
mod ring;
mod rotate;
mod sign;

pub use ring::KeyRing;
pub use rotate::{KeyRecord, RingsPlan, RotationPlan, RotationPolicy, plan, plan_rings};
pub use sign::{KeyError, Signer, generate};
