//! Models, state machines, rules and credentials: every decision that needs no I/O. No async, no
//! environment and no own clock: functions take values and return decisions.

pub mod credentials;
pub mod derived_keys;
pub mod keys;
pub mod model;
pub mod random;
pub mod secret;
pub mod time;

pub use doorward_access::mutant;
