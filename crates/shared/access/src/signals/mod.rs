//! Revocations that an issuer reports while its tokens are still valid (OpenID Shared Signals Framework
//! 1.0, CAEP 1.0, RISC 1.0).
//!
//! A signed token is accepted without a question to its issuer, so that a sign-out, a lock or a lost role
//! would take effect only when the token expires. A service that holds [`Signals`] and runs
//! `Access::listen` learns of them within a second, and every guard decides from memory:
//!
//! ```no_run
//! use doorward_access::Access;
//! use doorward_access::signals::{Signals, SignalsClient};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = SignalsClient {
//!     client_id: "reports-api".to_owned(),
//!     client_secret: std::env::var("CLIENT_SECRET")?,
//! };
//! let signals = Signals::new(client);
//! let access = Access::builder("https://id.example.org", "https://reports.example.org")
//!     .signals(signals.clone())
//!     .build()?;
//! let listener = access.listen();
//! // … serve …
//! if let Some(listener) = listener {
//!     listener.stop().await;
//! }
//! # Ok(()) }
//! ```

#![cfg_attr(
    not(feature = "jwks-client"),
    allow(dead_code, reason = "nothing is received without a client")
)]

mod handle;
mod key;
#[cfg(feature = "jwks-client")]
mod listener;
mod memory;
#[cfg(feature = "jwks-client")]
mod receive;
mod revocation;
mod set;
#[cfg(feature = "jwks-client")]
mod transmitter;

pub(crate) use handle::Knowledge;
pub use handle::{Signals, SignalsClient, WhenCut};
pub(crate) use key::Marks;
#[cfg(feature = "jwks-client")]
pub use listener::Listener;
pub use memory::{CAPACITY, Memory};
#[cfg(feature = "jwks-client")]
pub use receive::ReceiveError;
pub use revocation::{Lists, Revocation, RevokedBecause, Target};
pub use set::{SetCode, SetRejection, SignedEvent};
