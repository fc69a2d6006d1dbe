//! Simulation of a denied request with other rights: no advice is shown that would not help.

use doorward_access::Principal;
use doorward_policy::Engine;
use doorward_resource_server::explain::{self, AccessQuestion};

use crate::error::{CliError, Result};

/// A denied request to the tasks API.
#[derive(Debug)]
pub struct Trial<'a> {
    pub database: &'a str,
    pub engine: &'a Engine,
    pub question: AccessQuestion<'a>,
}

impl Trial<'_> {
    /// Returns true if the request is allowed after a change of the caller's rights.
    pub async fn allows(&self, change: impl FnOnce(&mut Principal)) -> Result<bool> {
        let asked = &self.question;
        let mut principal = asked.principal.clone();
        change(&mut principal);
        let question = AccessQuestion {
            principal: &principal,
            ..*asked
        };
        let answer = explain::access(self.database, self.engine, &question).await;
        let answer = answer.map_err(CliError::failure)?;
        Ok(answer.is_some_and(|answer| answer["allowed"] == true))
    }
}
