//! The table of environment variables. It is what ebb parses and what infra/README.md documents.

use std::time::Duration;

use drain::policy::CompletionResult;
use tracing_subscriber::EnvFilter;

use super::settings::BatchClusters;
use super::values::{is_cluster_prefix, names, set, set_hooks, url, within};
use super::variable::{Variable, VariableDefault};
use crate::limits::{DEREGISTRATION_DELAY, ECS_SHARES, SETTING, SETTLE_TIME};
use crate::telemetry;

/// Unit of a length of time.
const LENGTH: &str = "length of time (90s, 30m, 12h)";

/// Variables with the URL of a queue. A process that serves all queues finds them by name.
pub(super) const QUEUE_VARIABLES: [&str; 3] =
    ["EBB_QUEUE_URL", "EBB_STOP_PLAN_QUEUE_URL", "EBB_DEAD_LETTER_QUEUE_URL"];

/// Every environment variable of ebb.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "EBB_MODE",
        unit: "choice",
        default: VariableDefault::Value("act"),
        limit: "act, observe or hold",
        why: "Mode of ebb. With observe, for trials, ebb writes nothing and logs each action instead. With hold, for incidents, ebb sends heartbeats and logs every other action. An instance that is empty, or that launches, then waits for its hook's timeout.",
        parse: |draft, text| set(&mut draft.config.policy.mode, text.parse().ok()),
    },
    Variable {
        name: "EBB_HOOKS",
        unit: "comma-separated names",
        default: VariableDefault::Value("ebb"),
        limit: "whole names of terminating lifecycle hooks, of letters, digits, -, _ and /, separated by commas; 1024 characters",
        why: "Terminating lifecycle hooks of ebb. ebb sends heartbeats and completions for these hooks only.",
        parse: |draft, text| set_hooks(draft, text, |policy| &mut policy.hooks),
    },
    Variable {
        name: "EBB_LAUNCH_HOOKS",
        unit: "comma-separated names",
        default: VariableDefault::Unset,
        limit: "whole names of launching lifecycle hooks, of letters, digits, -, _ and /, separated by commas; with EBB_HOOKS 1024 characters",
        why: "Launching lifecycle hooks of ebb. An instance on one of them goes into service when its container instance is ACTIVE and its agent is connected.",
        parse: |draft, text| set_hooks(draft, text, |policy| &mut policy.launch_hooks),
    },
    Variable {
        name: "EBB_CLUSTERS",
        unit: "comma-separated names or ARNs",
        default: VariableDefault::Unset,
        limit: "names or ARNs of ECS clusters, separated by commas; none: all of the account and Region",
        why: "ECS clusters that ebb serves. ebb reads and writes nothing outside them.",
        parse: |draft, text| {
            let clusters = std::mem::take(&mut draft.config.clusters);
            set(&mut draft.config.clusters, names(text).map(|names| clusters.listed(names)))
        },
    },
    Variable {
        name: "EBB_CLUSTER_PREFIX",
        unit: "text",
        default: VariableDefault::Unset,
        limit: "letters, digits, - and _, at most 255; none: clusters of any name",
        why: "Prefix of the names of the ECS clusters that ebb serves. The roles and the event rules of the deployment have the same prefix.",
        parse: |draft, text| {
            let clusters = std::mem::take(&mut draft.config.clusters);
            let prefix = is_cluster_prefix(text).then(|| clusters.with_prefix(text.to_owned()));
            set(&mut draft.config.clusters, prefix)
        },
    },
    Variable {
        name: "EBB_BATCH",
        unit: "choice",
        default: VariableDefault::Value("leave"),
        limit: "leave or include",
        why: "Policy for clusters of AWS Batch: leave them alone, or serve them as any other. AWS Batch retries jobs by the reason for which their task stopped, and a StopTask of ebb changes that reason.",
        parse: |draft, text| {
            let batch = match text {
                "leave" => Some(BatchClusters::Leave),
                "include" => Some(BatchClusters::Include),
                _ => None,
            };
            set(&mut draft.config.batch, batch)
        },
    },
    Variable {
        name: "EBB_DRAIN_TIMEOUT",
        unit: LENGTH,
        default: VariableDefault::Unset,
        limit: "a length of time from 1s to 14d; none: until the hook's global timeout",
        why: "Longest time of a drain, counted from its lifecycle action.",
        parse: |draft, text| {
            set(&mut draft.config.policy.drain_timeout, within(text, SETTING).map(Some))
        },
    },
    Variable {
        name: "EBB_STANDALONE",
        unit: "choice",
        default: VariableDefault::Value("wait"),
        limit: "wait, stop or ignore",
        why: "Policy for standalone tasks: wait for them until the deadline, stop them at once, or do not wait for them.",
        parse: |draft, text| set(&mut draft.config.policy.standalone, text.parse().ok()),
    },
    Variable {
        name: "EBB_SERVICE_TASKS",
        unit: "choice",
        default: VariableDefault::Value("stop"),
        limit: "stop or leave",
        why: "Policy for service tasks whose instance is certain to go: stop them in time before the deadline, or leave them to end with the instance.",
        parse: |draft, text| set(&mut draft.config.policy.service_tasks, text.parse().ok()),
    },
    Variable {
        name: "EBB_REBALANCE",
        unit: "choice",
        default: VariableDefault::Value("auto"),
        limit: "auto, replace or drain",
        why: "Policy for rebalance recommendations: leave the instance to Capacity Rebalancing, have its group replace it, or drain it for a while.",
        parse: |draft, text| set(&mut draft.config.policy.rebalance, text.parse().ok()),
    },
    Variable {
        name: "EBB_SCHEDULED_CHANGE",
        unit: "choice",
        default: VariableDefault::Value("note"),
        limit: "note or replace",
        why: "Policy for scheduled changes of AWS Health: log them, or replace the instance before the change.",
        parse: |draft, text| {
            let replaces = match text {
                "note" => Some(false),
                "replace" => Some(true),
                _ => None,
            };
            set(&mut draft.replaces_on_scheduled_change, replaces)
        },
    },
    Variable {
        name: "EBB_REPLACE_AHEAD",
        unit: LENGTH,
        default: VariableDefault::Value("24h"),
        limit: "a length of time from 1s to 14d",
        why: "Time between the replacement of an instance and its scheduled change.",
        parse: |draft, text| set(&mut draft.replace_ahead, within(text, SETTING)),
    },
    Variable {
        name: "EBB_AT_DEADLINE",
        unit: "choice",
        default: VariableDefault::Value("CONTINUE"),
        limit: "CONTINUE or ABANDON",
        why: "Result of the lifecycle action of a drain that reaches its deadline. With ABANDON the group may retain the instance, which then goes on running.",
        parse: |draft, text| {
            let result = match text {
                "CONTINUE" => Some(CompletionResult::Continue),
                "ABANDON" => Some(CompletionResult::Abandon),
                _ => None,
            };
            set(&mut draft.config.policy.at_deadline, result)
        },
    },
    Variable {
        name: "EBB_SETTLE_TIME",
        unit: LENGTH,
        default: VariableDefault::Value("10s"),
        limit: "a length of time from 1s to 15m",
        why: "Time after which an instance that looks empty is checked once more: ECS may have placed a task just before DRAINING. 15m is the longest delay of a message.",
        parse: |draft, text| set(&mut draft.config.policy.settle_time, within(text, SETTLE_TIME)),
    },
    Variable {
        name: "EBB_DAEMON_GRACE",
        unit: LENGTH,
        default: VariableDefault::Value("60s"),
        limit: "a length of time from 1s to 14d",
        why: "Longest wait for daemon tasks when no other task is left.",
        parse: |draft, text| set(&mut draft.config.policy.daemon_grace, within(text, SETTING)),
    },
    Variable {
        name: "EBB_AGENT_LIMIT",
        unit: LENGTH,
        default: VariableDefault::Value("10m"),
        limit: "a length of time from 1s to 14d",
        why: "Time for which an agent may be disconnected before ebb logs a warning. Agents disconnect several times an hour.",
        parse: |draft, text| set(&mut draft.config.policy.agent_limit, within(text, SETTING)),
    },
    Variable {
        name: "EBB_DEFAULT_STOP_TIMEOUT",
        unit: LENGTH,
        default: VariableDefault::Value("30s"),
        limit: "a length of time from 1s to 14d",
        why: "Stop timeout of containers that set none: the agents' ECS_CONTAINER_STOP_TIMEOUT.",
        parse: |draft, text| {
            set(&mut draft.config.policy.default_stop_timeout, within(text, SETTING))
        },
    },
    Variable {
        name: "EBB_STOP_MARGIN",
        unit: LENGTH,
        default: VariableDefault::Value("10s"),
        limit: "a length of time from 1s to 14d",
        why: "Margin that is added to the stop time of a task that must stop before a deadline.",
        parse: |draft, text| set(&mut draft.config.policy.stop_margin, within(text, SETTING)),
    },
    Variable {
        name: "EBB_DEREGISTRATION_DELAY",
        unit: "seconds",
        default: VariableDefault::Value("0"),
        limit: "a whole number from 0 to 3600",
        why: "Time that is added to the stop time of a service task behind a load balancer: the longest deregistration delay of the target groups.",
        parse: |draft, text| {
            let delay = text.parse().ok().map(Duration::from_secs);
            let delay = delay.filter(|delay| DEREGISTRATION_DELAY.contains(delay));
            set(&mut draft.config.policy.deregistration_delay, delay)
        },
    },
    Variable {
        name: "EBB_ECS_SHARE",
        unit: "percent",
        default: VariableDefault::Value("75"),
        limit: "a whole number from 10 to 100",
        why: "Share of the account's ECS and Auto Scaling requests that ebb takes at most. Other tools have the rest. DRAINING and StopTask come first, and calls that AWS throttles make ebb slower.",
        parse: |draft, text| {
            let share = text.parse().ok().filter(|share| ECS_SHARES.contains(share));
            set(&mut draft.config.ecs_share, share)
        },
    },
    Variable {
        name: "EBB_REPLACE_BUDGET",
        unit: "percent",
        default: VariableDefault::Value("20"),
        limit: "a whole number from 1 to 100",
        why: "Share of a group that may be leaving when ebb itself takes an instance out of service. One instance always may.",
        parse: |draft, text| {
            let percent = text.parse().ok().filter(|percent| (1..=100).contains(percent));
            set(&mut draft.config.policy.replace_budget_percent, percent)
        },
    },
    Variable {
        name: "EBB_REBALANCE_DRAIN",
        unit: LENGTH,
        default: VariableDefault::Value("30m"),
        limit: "a length of time from 1s to 14d",
        why: "Length of a drain for a rebalance recommendation. If nothing else follows, the instance is then set ACTIVE again.",
        parse: |draft, text| set(&mut draft.config.policy.rebalance_drain, within(text, SETTING)),
    },
    Variable {
        name: "EBB_LAUNCH_TIMEOUT",
        unit: LENGTH,
        default: VariableDefault::Value("15m"),
        limit: "a length of time from 1s to 14d",
        why: "Longest time for an instance on a launching hook to register in its cluster.",
        parse: |draft, text| set(&mut draft.config.policy.launch_timeout, within(text, SETTING)),
    },
    Variable {
        name: "EBB_QUEUE_URL",
        unit: "URL",
        default: VariableDefault::Required,
        limit: "the URL of the function's own queue; for sweep, of the queue of asg-lifecycle",
        why: "Queue for rechecks and resent messages. The queue of sweep keeps no message long enough.",
        parse: |draft, text| set(&mut draft.config.queue_url, url(text)),
    },
    Variable {
        name: "EBB_STOP_PLAN_QUEUE_URL",
        unit: "URL",
        default: VariableDefault::Unset,
        limit: "the URL of a queue to which only ebb may send; none: ebb lists the tasks of an instance again before each stop",
        why: "Queue for stops that are planned at a Spot interruption warning, so that they need no read when they come due.",
        parse: |draft, text| set(&mut draft.config.stop_plan_queue_url, url(text).map(Some)),
    },
    Variable {
        name: "EBB_DEAD_LETTER_QUEUE_URL",
        unit: "URL",
        default: VariableDefault::Unset,
        limit: "the URL of a queue; none: such messages fail until the redrive policy of their queue moves them",
        why: "Queue for messages that cannot be parsed, with the reason.",
        parse: |draft, text| set(&mut draft.config.dead_letter_queue_url, url(text).map(Some)),
    },
    Variable {
        name: telemetry::VARIABLE,
        unit: "filter",
        default: VariableDefault::Value(telemetry::DEFAULT),
        limit: "a level (error, warn, info, debug, trace), or targets with levels: info,ebb::decision=debug",
        why: "Log lines that ebb writes.",
        parse: |_, text| EnvFilter::try_new(text).ok().map(|_| ()),
    },
];
