//! Name resolution: every answer is checked, and the connection uses the checked addresses.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use doorward_rules::url_source::UrlSource;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Reach;
use super::error::not_admitted;

/// A source of DNS answers.
#[async_trait]
pub trait Resolver: fmt::Debug + Send + Sync {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Returns true if a look-up failed because no name server answered (`EAI_AGAIN`): with that the name may
/// exist. The error has no code, and the text of the C library.
pub fn is_temporary(error: &io::Error) -> bool {
    let text = error.to_string().to_ascii_lowercase();
    ["temporary failure in name resolution", "try again"]
        .iter()
        .any(|words| text.contains(words))
}

#[derive(Debug)]
pub struct System;

#[async_trait]
impl Resolver for System {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// A resolver that looks up a name once per connection and returns only allowed addresses. It
/// rejects a name entirely if one of its addresses is not allowed: legitimate names do not mix
/// them.
pub(super) struct Checked {
    pub reach: Reach,
    pub source: UrlSource,
    pub allowed: Arc<[IpNet]>,
    pub lookup: Arc<dyn Resolver>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, source, allowed) = (self.reach, self.source, Arc::clone(&self.allowed));
        let lookup = Arc::clone(&self.lookup);
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            if found.is_empty() || !found.iter().all(|ip| reach.admits(*ip, &allowed)) {
                let reason = not_admitted(source);
                let text =
                    format!("the name resolves to an address that may not be reached: {reason}");
                return Err(text.into());
            }
            let checked = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(checked) as Addrs)
        })
    }
}
