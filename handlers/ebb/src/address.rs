//! An address to listen on.

use std::net::SocketAddr;

/// It cannot be had: the port is in use, or the address is none of this machine's.
#[derive(Debug, thiserror::Error)]
#[error("--listen {address}: {source}")]
pub struct NoAddress {
    /// The address.
    pub address: SocketAddr,
    /// What the operating system says.
    pub source: std::io::Error,
}
