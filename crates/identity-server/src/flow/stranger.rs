//! What somebody asks for without saying who they are: a worker finds out whether there is an
//! account, so that the answer and its time are the same for everybody (RC-3, EN-1).

use doorward_domain::model::User;
use doorward_domain::rules::person;
use doorward_store::{WriteTx, repo};
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::transaction::in_write;
use crate::fault::{Fault, FlowError};
use crate::i18n::Lang;
use crate::jobs::{self, Task};
use crate::state::State;

/// A wish for an account that is not looked up while the caller waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StrangerRequest {
    /// The key of a user name or address; none where it can be neither.
    identifier: Option<String>,
    lang: String,
    ip: Option<std::net::IpAddr>,
    user_agent: String,
    request_id: String,
}

impl StrangerRequest {
    pub(super) fn new(identifier: &str, caller: &Caller) -> Self {
        Self {
            identifier: person::identifier_key(identifier),
            lang: caller.lang.code().to_owned(),
            ip: caller.ip,
            user_agent: caller.user_agent.clone(),
            request_id: caller.request_id.clone(),
        }
    }

    /// Whoever asked.
    pub(super) fn caller(&self) -> Caller {
        Caller {
            ip: self.ip,
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
            lang: Lang::from_tag(&self.lang).unwrap_or_default(),
            ..Caller::default()
        }
    }

    /// The active account that was meant, if there is one.
    pub(super) async fn account(&self, tx: &WriteTx) -> Result<Option<User>, Fault> {
        let user = match &self.identifier {
            Some(key) => repo::users::find_by_identifier(tx, key).await?,
            None => None,
        };
        Ok(user.filter(User::is_active))
    }
}

/// Promises to look into it.
pub(super) async fn promise(state: &State, task: &Task) -> Result<(), Fault> {
    let done: Result<(), FlowError> = in_write(&state.db, async |tx| {
        Ok(jobs::promise_for_stranger(state, tx, task).await?)
    })
    .await;
    state.jobs.wake();
    done.map_err(FlowError::into_fault)
}
