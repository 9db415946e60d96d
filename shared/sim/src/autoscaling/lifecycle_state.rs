//! The lifecycle states of an instance in a group.

/// `LifecycleState` (API reference, Instance), those that instances take here.
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

    /// Returns true if the instance is in the warm pool, or on its way into it or out of it to termination.
    pub(crate) fn is_warm(self) -> bool {
        self.name().starts_with("Warmed:")
    }

    /// Returns true if the instance counts towards the desired capacity. No instance is launched for one whose root
    /// volume is replaced (Auto Scaling user guide, replace-root-volume).
    pub(super) fn is_capacity(self) -> bool {
        matches!(self, Self::Pending | Self::PendingWait | Self::PendingProceed | Self::InService)
            || self.is_root_volume_replacement()
    }

    /// Returns true if the instance has left service for the replacement of its root volume, and is not Pending yet.
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
