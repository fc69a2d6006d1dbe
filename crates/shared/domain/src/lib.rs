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
pub mod feature_mail;
#[cfg(test)]
mod golden_tests;
pub mod keys;
pub mod model;
mod prelude;
pub mod random;
pub mod sealed_columns;
pub mod secret;
pub mod time;

/// Compiles the body of an async function in the crate that has it, and returns a boxed future.
///
/// Without it, rustc compiles the body again in each crate that awaits the function. Each function that
/// other crates name has it; `boxed(?Send)` where the future stays on its thread (decision 146).
pub use async_recursion::async_recursion as boxed;
pub use doorward_access::mutant;
