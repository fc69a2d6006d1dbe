//! The address and the user agent of a request, for the access log and the audit log.

use actix_web::HttpRequest;
use doorward_http_common::user_agent;

use crate::address;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub ip: Option<String>,
    /// `User-Agent` header, shortened.
    pub user_agent: Option<String>,
}

impl Origin {
    pub(crate) fn from_request(request: &HttpRequest) -> Self {
        let agent = user_agent::from_headers(request.headers());
        Self {
            ip: address::from_request(request).map(|address| address.to_string()),
            user_agent: Some(agent).filter(|agent| !agent.is_empty()),
        }
    }
}
