//! Settings of an operator.

use drain::policy::Policy;

use super::served_clusters::ServedClusters;

/// Treatment of the clusters that AWS Batch made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BatchClusters {
    /// ebb neither reads nor writes anything in them.
    #[default]
    Leave,
    /// ebb serves them as any other cluster.
    Include,
}

/// Configuration of an operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Policy of drains.
    pub policy: Policy,
    /// Clusters that are served.
    pub clusters: ServedClusters,
    /// Treatment of the clusters that AWS Batch made.
    pub batch: BatchClusters,
    /// Share of each request bucket of the account that ebb takes at most, in percent.
    pub ecs_share: u32,
    /// Names of the clusters whose services a message or a direct invocation may shut down and resume. Empty for none.
    pub shutdown_clusters: Vec<String>,
    /// Scope of the shutdown that an alert begins: `CLUSTER`, or `CLUSTER/SERVICE`. Empty for none.
    pub alert_scope: Vec<String>,
    /// Queue for rechecks and resent messages: the feed's own queue. The sweep uses the queue of `asg-lifecycle`, because its
    /// own keeps no message long enough.
    pub queue_url: String,
    /// Queue for stop plans. Without it ebb looks at an instance again before each stop.
    pub stop_plan_queue_url: Option<String>,
    /// Queue for messages that cannot be parsed. Without it they fail until their queue moves them.
    pub dead_letter_queue_url: Option<String>,
}
