//! Connections through a Unix socket: only a proxy on this machine has access to it.

/// Connection data that marks connections of a Unix socket. Their peer has no address and counts as
/// a trusted proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProxySocket;
