//! The lifecycle states of an instance in a group.

/// Lifecycle state of an instance (API reference, Instance, LifecycleState). States that the simulator never uses are
/// left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LifecycleState {
    Pending,
    PendingWait,
    PendingProceed,
    InService,
    ReplacingRootVolume,
    ReplacingRootVolumeWait,
    ReplacingRootVolumeProceed,
    RootVolumeReplaced,
    Terminating,
    TerminatingWait,
    TerminatingProceed,
    TerminatingRetained,
    Terminated,
    WarmedPending,
    WarmedPendingWait,
    WarmedPendingProceed,
    WarmedStopped,
    WarmedTerminating,
    WarmedTerminated,
}

impl LifecycleState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::PendingWait => "Pending:Wait",
            Self::PendingProceed => "Pending:Proceed",
            Self::InService => "InService",
            Self::ReplacingRootVolume => "ReplacingRootVolume",
            Self::ReplacingRootVolumeWait => "ReplacingRootVolume:Wait",
            Self::ReplacingRootVolumeProceed => "ReplacingRootVolume:Proceed",
            Self::RootVolumeReplaced => "RootVolumeReplaced",
            Self::Terminating => "Terminating",
            Self::TerminatingWait => "Terminating:Wait",
            Self::TerminatingProceed => "Terminating:Proceed",
            Self::TerminatingRetained => "Terminating:Retained",
            Self::Terminated => "Terminated",
            Self::WarmedPending => "Warmed:Pending",
            Self::WarmedPendingWait => "Warmed:Pending:Wait",
            Self::WarmedPendingProceed => "Warmed:Pending:Proceed",
            Self::WarmedStopped => "Warmed:Stopped",
            Self::WarmedTerminating => "Warmed:Terminating",
            Self::WarmedTerminated => "Warmed:Terminated",
        }
    }

    /// Returns true if the instance is in the warm pool, enters the pool, or is terminated from the pool.
    pub(crate) fn is_warm(self) -> bool {
        self.name().starts_with("Warmed:")
    }

    /// Returns true if the instance counts towards the desired capacity. An instance whose root volume is replaced
    /// counts too, so Auto Scaling launches no other (Auto Scaling user guide, replace-root-volume).
    pub(super) fn is_capacity(self) -> bool {
        matches!(self, Self::Pending | Self::PendingWait | Self::PendingProceed | Self::InService)
            || self.is_root_volume_replacement()
    }

    /// Returns true between the end of service for a root volume replacement and the state Pending.
    pub(super) fn is_root_volume_replacement(self) -> bool {
        matches!(
            self,
            Self::ReplacingRootVolume
                | Self::ReplacingRootVolumeWait
                | Self::ReplacingRootVolumeProceed
                | Self::RootVolumeReplaced
        )
    }

    /// Returns true if Auto Scaling itself called EC2 to stop or terminate an instance in this state.
    pub(super) fn goes_by_itself(self) -> bool {
        matches!(
            self,
            Self::TerminatingProceed | Self::WarmedPendingProceed | Self::WarmedTerminating
        )
    }
}
