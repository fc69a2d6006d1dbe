//! Names to addresses: each answer is checked, and the checked one is connected to.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Reach;

/// Where answers come from.
#[async_trait]
pub trait Resolver: fmt::Debug + Send + Sync {
    /// Every address of a name.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
#[derive(Debug)]
pub struct System;

#[async_trait]
impl Resolver for System {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Asks once for each connection, and gives on only what may be connected to. A name with one
/// address that may not be reached is refused whole: nobody honest mixes them.
pub(super) struct Checked {
    pub reach: Reach,
    pub allowed: Arc<[IpNet]>,
    pub lookup: Arc<dyn Resolver>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, allowed) = (self.reach, Arc::clone(&self.allowed));
        let lookup = Arc::clone(&self.lookup);
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            if found.is_empty() || !found.iter().all(|ip| reach.admits(*ip, &allowed)) {
                return Err("the name leads to an address that may not be reached".into());
            }
            let checked = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(checked) as Addrs)
        })
    }
}
