//! Addresses to listen on.

use std::net::SocketAddr;

/// Error for an address that cannot be used: its port is in use, or it is not an address of this machine.
#[derive(Debug, thiserror::Error)]
#[error("--listen {address}: {source}")]
pub struct AddressError {
    /// Address.
    pub address: SocketAddr,
    /// The operating system's error.
    pub source: std::io::Error,
}
