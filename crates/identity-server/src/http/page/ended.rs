//! The session that this browser still holds the cookie of, although it is over.

use doorward_domain::model::Ending;

use super::Page;
use crate::fault::Fault;
use crate::flow::session;
use crate::http::cookies::{self, CookieName};

impl Page {
    /// When and why the session of this browser was over, if its cookie names one that is.
    pub async fn session_ending(&self) -> Result<Option<Ending>, Fault> {
        match cookies::value(&self.request, &self.state, CookieName::Session) {
            Some(cookie) => session::ending(&self.state, &cookie).await,
            None => Ok(None),
        }
    }
}
