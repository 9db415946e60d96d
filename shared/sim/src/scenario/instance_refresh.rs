//! An instance refresh as data.

use serde::{Deserialize, Serialize};

use super::Length;

/// Parameters of StartInstanceRefresh. The desired configuration is the group's configuration with a newer image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceRefreshSpec {
    /// The group.
    pub group: String,
    /// `Strategy` (default `Rolling`).
    #[serde(default)]
    pub strategy: RefreshStrategy,
    /// `MinHealthyPercentage` (default 90).
    #[serde(default = "ninety")]
    pub min_healthy_percentage: u32,
    /// `InstanceWarmup` (default: none).
    #[serde(default)]
    pub warmup: Length,
    /// Number of root volume replacements that fail, counted from the first (default: none). EC2 reports such a
    /// replacement as `failed`, "but the original root volume is still attached" (EC2 API reference,
    /// ReplaceRootVolumeTask).
    #[serde(default)]
    pub failed_replacements: usize,
}

impl InstanceRefreshSpec {
    /// Returns a rolling refresh of a group with all defaults.
    pub fn of_group(group: &str) -> Self {
        Self {
            group: group.to_owned(),
            strategy: RefreshStrategy::Rolling,
            min_healthy_percentage: ninety(),
            warmup: Length::default(),
            failed_replacements: 0,
        }
    }
}

/// `Strategy` of StartInstanceRefresh.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum RefreshStrategy {
    /// New instances replace the old ones.
    #[default]
    Rolling,
    /// Each instance stays, and gets a new root volume.
    ReplaceRootVolume,
}

impl RefreshStrategy {
    /// Returns the name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rolling => "Rolling",
            Self::ReplaceRootVolume => "ReplaceRootVolume",
        }
    }
}

fn ninety() -> u32 {
    90
}
