//! Losses of every process on a host.

/// Loss of every process on a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostLoss {
    /// EC2 terminated the host.
    Terminated,
    /// EC2 stopped the host.
    Stopped,
    /// The host rebooted, and its agent will connect to the container instance again.
    Rebooted,
    /// The host rebooted without its agent's checkpoint, and its agent will register a new container instance.
    LeftBehind,
}
