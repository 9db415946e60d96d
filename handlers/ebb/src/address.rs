//! Addresses to listen on.

use std::net::SocketAddr;

/// Error for an address whose port is in use, or that is not an address of this machine.
#[derive(Debug, thiserror::Error)]
#[error("--listen {address}: {source}")]
pub struct AddressError {
    /// Address.
    pub address: SocketAddr,
    /// The operating system's error.
    pub source: std::io::Error,
}
