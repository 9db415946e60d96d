//! The table of environment variables: what is read, and what is documented.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use drain::policy::{CompletionResult, length};
use tracing_subscriber::EnvFilter;

use super::{ConfigDraft, Mode};
use crate::telemetry;

/// An environment variable.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The unit, or kind, of its value.
    pub unit: &'static str,
    /// What holds where it is not set.
    pub default: VariableDefault,
    /// Which values can be used.
    pub limit: &'static str,
    /// What it is for.
    pub why: &'static str,
    /// Takes a value; none where it cannot be used.
    pub(super) parse: fn(&mut ConfigDraft, &str) -> Option<()>,
}

/// What holds where a variable is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableDefault {
    /// This value.
    Value(&'static str),
    /// Nothing is set.
    Unset,
    /// It must be set.
    VariableError,
}

impl VariableDefault {
    /// As the documentation writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value(value) => value,
            Self::Unset => "none",
            Self::VariableError => "required",
        }
    }
}

const LENGTH: &str = "length of time (90s, 30m, 12h)";
const ANY_LENGTH: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(14 * DAY);
const DAY: u64 = 86_400;

/// The queues of one function; a worker that serves them all finds them by their names.
pub(super) const QUEUE_VARIABLES: [&str; 2] = ["EBB_QUEUE_URL", "EBB_DEAD_LETTER_QUEUE_URL"];

/// Every variable that ebb reads.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "EBB_MODE",
        unit: "choice",
        default: VariableDefault::Value("act"),
        limit: "act or observe",
        why: "observe, for incidents: lifecycle actions are kept alive, what would be done is logged, and nothing else is done. An instance that is empty, or is launched, waits for its hook's timeout.",
        parse: |draft, text| {
            let mode = match text {
                "act" => Some(Mode::Act),
                "observe" => Some(Mode::Observe),
                _ => None,
            };
            set(&mut draft.config.mode, mode)
        },
    },
    Variable {
        name: "EBB_HOOKS",
        unit: "comma-separated names",
        default: VariableDefault::Value("ebb"),
        limit: "names of terminating lifecycle hooks, separated by commas",
        why: "Only lifecycle actions on these hooks are completed and kept alive; another hook is somebody else's.",
        parse: |draft, text| set(&mut draft.config.policy.hooks, names(text)),
    },
    Variable {
        name: "EBB_LAUNCH_HOOKS",
        unit: "comma-separated names",
        default: VariableDefault::Unset,
        limit: "names of launching lifecycle hooks, separated by commas",
        why: "An instance on one of these hooks goes into service when its container instance is ACTIVE and its agent connected.",
        parse: |draft, text| set(&mut draft.config.policy.launch_hooks, names(text)),
    },
    Variable {
        name: "EBB_CLUSTERS",
        unit: "comma-separated names or ARNs",
        default: VariableDefault::Unset,
        limit: "names or ARNs of ECS clusters, separated by commas; none: all of the account and Region",
        why: "Nothing outside these clusters is looked at or written to.",
        parse: |draft, text| set(&mut draft.config.clusters, names(text).map(Vec::from_iter)),
    },
    Variable {
        name: "EBB_DRAIN_TIMEOUT",
        unit: LENGTH,
        default: VariableDefault::Unset,
        limit: "a length from 1s to 14d; none: as long as the hook's global timeout lets it",
        why: "How long a drain may take, counted from its lifecycle action.",
        parse: |draft, text| {
            set(&mut draft.config.policy.drain_timeout, within(text, ANY_LENGTH).map(Some))
        },
    },
    Variable {
        name: "EBB_STANDALONE",
        unit: "choice",
        default: VariableDefault::Value("wait"),
        limit: "wait, stop or ignore",
        why: "What becomes of tasks that no service started: waited for until the deadline, stopped at once, or not waited for.",
        parse: |draft, text| set(&mut draft.config.policy.standalone, text.parse().ok()),
    },
    Variable {
        name: "EBB_REBALANCE",
        unit: "choice",
        default: VariableDefault::Value("auto"),
        limit: "auto, replace or drain",
        why: "What a rebalance recommendation does: left to Capacity Rebalancing, replaced by its group, or drained for a while.",
        parse: |draft, text| set(&mut draft.config.policy.rebalance, text.parse().ok()),
    },
    Variable {
        name: "EBB_SCHEDULED_CHANGE",
        unit: "choice",
        default: VariableDefault::Value("note"),
        limit: "note or replace",
        why: "What a scheduled change of AWS Health does: noted, or the instance replaced ahead of it.",
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
        limit: "a length from 1s to 14d",
        why: "How long before a scheduled change the instance is replaced, where it is.",
        parse: |draft, text| set(&mut draft.replace_ahead, within(text, ANY_LENGTH)),
    },
    Variable {
        name: "EBB_AT_DEADLINE",
        unit: "choice",
        default: VariableDefault::Value("CONTINUE"),
        limit: "CONTINUE or ABANDON",
        why: "The result with which a drain that reaches its deadline ends; ABANDON can leave the instance running, retained by its group.",
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
        limit: "a length from 1s to 15m",
        why: "After which an instance that looks empty is looked at once more: a task may have been placed just before it was set DRAINING. 15m is the longest delay of a message.",
        parse: |draft, text| {
            let delay = Duration::from_secs(1)..=Duration::from_secs(900);
            set(&mut draft.config.policy.settle_time, within(text, delay))
        },
    },
    Variable {
        name: "EBB_DAEMON_GRACE",
        unit: LENGTH,
        default: VariableDefault::Value("60s"),
        limit: "a length from 1s to 14d",
        why: "How long daemon tasks are waited for when nothing else is left.",
        parse: |draft, text| set(&mut draft.config.policy.daemon_grace, within(text, ANY_LENGTH)),
    },
    Variable {
        name: "EBB_AGENT_LIMIT",
        unit: LENGTH,
        default: VariableDefault::Value("10m"),
        limit: "a length from 1s to 14d",
        why: "How long an agent may be disconnected before that is worth a warning; agents disconnect several times an hour.",
        parse: |draft, text| set(&mut draft.config.policy.agent_limit, within(text, ANY_LENGTH)),
    },
    Variable {
        name: "EBB_DEFAULT_STOP_TIMEOUT",
        unit: LENGTH,
        default: VariableDefault::Value("30s"),
        limit: "a length from 1s to 14d",
        why: "The stop timeout of containers that set none: the agents' ECS_CONTAINER_STOP_TIMEOUT.",
        parse: |draft, text| {
            set(&mut draft.config.policy.default_stop_timeout, within(text, ANY_LENGTH))
        },
    },
    Variable {
        name: "EBB_STOP_MARGIN",
        unit: LENGTH,
        default: VariableDefault::Value("10s"),
        limit: "a length from 1s to 14d",
        why: "Added to a task's stop time when it must stop before a deadline.",
        parse: |draft, text| set(&mut draft.config.policy.stop_margin, within(text, ANY_LENGTH)),
    },
    Variable {
        name: "EBB_REPLACE_BUDGET",
        unit: "percent",
        default: VariableDefault::Value("20"),
        limit: "a whole number from 1 to 100",
        why: "The share of a group that may be on its way out at once when ebb itself sends an instance there; one always may.",
        parse: |draft, text| {
            let percent = text.parse().ok().filter(|percent| (1..=100).contains(percent));
            set(&mut draft.config.policy.replace_budget_percent, percent)
        },
    },
    Variable {
        name: "EBB_REBALANCE_DRAIN",
        unit: LENGTH,
        default: VariableDefault::Value("30m"),
        limit: "a length from 1s to 14d",
        why: "After which an instance that drains for a rebalance recommendation is ACTIVE again if nothing else came.",
        parse: |draft, text| {
            set(&mut draft.config.policy.rebalance_drain, within(text, ANY_LENGTH))
        },
    },
    Variable {
        name: "EBB_LAUNCH_TIMEOUT",
        unit: LENGTH,
        default: VariableDefault::Value("15m"),
        limit: "a length from 1s to 14d",
        why: "How long an instance on a launching hook may take to join its cluster.",
        parse: |draft, text| set(&mut draft.config.policy.launch_timeout, within(text, ANY_LENGTH)),
    },
    Variable {
        name: "EBB_QUEUE_URL",
        unit: "URL",
        default: VariableDefault::VariableError,
        limit: "the URL of this function's own queue; for sweep, that of asg-lifecycle",
        why: "Where delayed messages go that have an instance looked at again. The queue of sweep keeps none long enough.",
        parse: |draft, text| set(&mut draft.config.queue_url, url(text)),
    },
    Variable {
        name: "EBB_DEAD_LETTER_QUEUE_URL",
        unit: "URL",
        default: VariableDefault::Unset,
        limit: "the URL of a queue; none: such messages fail until their queue's own redrive policy moves them",
        why: "Where messages go that cannot be understood, with the reason.",
        parse: |draft, text| set(&mut draft.config.dead_letter_queue_url, url(text).map(Some)),
    },
    Variable {
        name: telemetry::VARIABLE,
        unit: "filter",
        default: VariableDefault::Value(telemetry::DEFAULT),
        limit: "a level (error, warn, info, debug, trace), or targets with levels: info,ebb::decision=debug",
        why: "What is logged.",
        parse: |_, text| EnvFilter::try_new(text).ok().map(|_| ()),
    },
];

fn set<T>(slot: &mut T, value: Option<T>) -> Option<()> {
    *slot = value?;
    Some(())
}

fn names(text: &str) -> Option<BTreeSet<String>> {
    let names: BTreeSet<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
    (!names.contains("")).then_some(names)
}

fn within(text: &str, limits: RangeInclusive<Duration>) -> Option<Duration> {
    length(text).filter(|length| limits.contains(length))
}

fn url(text: &str) -> Option<String> {
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    is_url.then(|| text.to_owned())
}
