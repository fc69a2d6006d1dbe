//! Use cases, one verb each: they fetch facts, ask the domain for a verdict and store what follows.

pub mod account;
pub mod activity;
pub mod admin;
pub mod api_key;
pub mod audit;
pub mod audit_anchor;
pub mod authorize;
pub mod avatar;
pub mod backchannel;
pub mod caller;
pub mod change_email;
pub mod ciba;
pub mod client_auth;
pub mod client_document;
pub mod client_keys;
pub mod client_registration;
pub mod clients;
pub mod connected_app;
pub mod consent;
pub mod deletion;
pub mod dev_token;
pub mod device;
pub mod dpop;
pub mod draft;
pub mod email_code;
pub mod email_link;
pub mod federation;
pub mod first_party;
pub mod introspect;
pub mod invitation;
pub mod issue;
pub mod keys;
pub mod known_device;
pub mod login;
pub mod logout;
pub mod names;
pub mod notice;
pub mod passkey;
pub mod password;
pub mod personal_data;
pub mod picture;
pub mod profile;
pub mod pushed;
pub mod refusal;
pub mod register;
pub mod rehearse;
mod replay;
pub(crate) mod request_object;
pub mod reset;
pub mod revoke;
pub mod second_factor;
pub mod session;
pub mod setup;
pub mod signed_metadata;
pub mod standing;
pub mod stranger;
pub mod tenant;
pub mod throttle;
pub mod token;
pub mod trusted_device;
pub mod userinfo;
pub mod verify_email;

use doorward_store::db::{Db, WriteTx};

use crate::fault::FlowError;

/// Runs `work` in one write transaction. Success and refusal commit (a refusal leaves evidence: a
/// revoked family, a counted attempt); a fault rolls everything back (DESIGN §2.4).
pub(crate) async fn in_write<T, R>(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    finish(db.begin_write().await?, work).await
}

/// The same, while every other transaction with this name waits.
pub(crate) async fn in_write_alone<T, R>(
    db: &Db,
    name: &str,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    finish(db.begin_write_alone(name).await?, work).await
}

async fn finish<T, R>(
    tx: WriteTx,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    let outcome = work(&tx).await;
    match outcome {
        Err(FlowError::Fault(fault)) => {
            // Dropping the transaction would do; saying so is clearer.
            drop(tx);
            Err(FlowError::Fault(fault))
        }
        kept => {
            tx.commit().await?;
            kept
        }
    }
}
