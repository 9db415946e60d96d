//! Membership of an EC2 instance in an Auto Scaling group.

/// An instance of an Auto Scaling group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// `AutoScalingGroupName`.
    pub group: String,
    /// `LifecycleState`, e.g. `Terminating:Wait`.
    pub lifecycle_state: String,
    /// True if `HealthStatus` is `Healthy`, in upper or lower case.
    pub healthy: bool,
}

impl GroupMember {
    /// Returns true if a lifecycle hook holds the instance, on its way in or out.
    ///
    /// Every state that ends in `:Wait` waits, also one that Auto Scaling adds later (Auto Scaling user guide,
    /// lifecycle hooks and warm pool instance lifecycle).
    pub fn is_waiting(&self) -> bool {
        self.lifecycle_state.ends_with(":Wait")
    }

    /// Returns true if a lifecycle hook may hold the instance on its way out.
    ///
    /// `Warmed:Pending:Wait` is the state of an instance that is launched into the warm pool, and of one that returns
    /// to it. Only `Pending:Wait` is a launch for certain.
    pub fn is_waiting_to_leave(&self) -> bool {
        self.is_waiting() && !self.is_waiting_to_launch()
    }

    /// Returns true if a lifecycle hook holds the instance on its way into service.
    pub fn is_waiting_to_launch(&self) -> bool {
        self.lifecycle_state == "Pending:Wait"
    }

    /// Returns true if a lifecycle hook holds the instance on its way into the warm pool.
    pub fn is_waiting_for_the_warm_pool(&self) -> bool {
        self.lifecycle_state == "Warmed:Pending:Wait"
    }

    /// Returns true if every lifecycle action is completed and EC2 terminates the instance. The instance never returns to its
    /// group (Auto Scaling user guide, ec2-auto-scaling-lifecycle).
    pub fn is_about_to_be_terminated(&self) -> bool {
        matches!(self.lifecycle_state.as_str(), "Terminating:Proceed" | "Terminated")
    }

    /// Returns true if the instance is in service.
    pub fn is_in_service(&self) -> bool {
        self.lifecycle_state == "InService"
    }

    /// Returns true if the root volume of the instance was replaced, and the instance is on its way back into service
    /// (Auto Scaling user guide, replace-root-volume).
    pub fn has_a_new_root_volume(&self) -> bool {
        self.lifecycle_state == "RootVolumeReplaced"
    }

    /// Returns true if the root volume of the instance is being replaced, or was. A failed replacement is followed by a
    /// termination (same page).
    pub fn is_replacing_its_root_volume(&self) -> bool {
        self.lifecycle_state.starts_with("ReplacingRootVolume") || self.has_a_new_root_volume()
    }

    /// Returns true if the instance is in service, or on its way there from outside the group.
    pub fn is_in_service_or_pending(&self) -> bool {
        self.is_in_service() || self.lifecycle_state.starts_with("Pending")
    }

    /// Returns true if the group terminates the instance, and no hook holds it yet: `Terminating`.
    pub fn is_terminating(&self) -> bool {
        self.lifecycle_state == "Terminating"
    }

    /// Returns true if the instance is in the warm pool, or on its way into it.
    pub fn is_warmed(&self) -> bool {
        self.lifecycle_state.starts_with("Warmed:")
    }

    /// Returns true if the group's instance lifecycle policy retains the instance after an ABANDON.
    ///
    /// The instance has left the group's capacity and is replaced. It stays until the operator terminates it (Auto Scaling API
    /// reference, RetentionTriggers).
    pub fn is_retained(&self) -> bool {
        self.lifecycle_state.ends_with(":Retained")
    }
}
