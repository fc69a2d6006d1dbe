//! Models, state machines, rules and credentials: everything that can be decided without asking
//! the outside world. No async, no I/O, no environment, no clock of its own: values in, verdicts out.

pub mod credentials;
pub mod keys;
pub mod model;
pub mod rules;
pub mod secret;
pub mod time;

pub use doorward_access::mutant;
