//! Models, state machines, rules and credentials: every decision that needs no I/O. No async, no
//! environment and no own clock: functions take values and return decisions.

/// Implements `Debug` without the content.
macro_rules! redacted {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

pub mod credentials;
pub mod derived_keys;
#[cfg(test)]
mod golden_tests;
pub mod keys;
pub mod model;
mod prelude;
pub mod random;
pub mod sealed_columns;
pub mod secret;
pub mod time;

pub use doorward_access::mutant;
