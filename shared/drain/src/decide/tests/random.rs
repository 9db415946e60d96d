//! Random triggers, answers and policies, with times and lengths at the ends of their range.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::attribute::{DrainAttribute, RememberedAction, TaskCount};
use crate::decision::Question;
use crate::observation::*;
use crate::policy::*;
use crate::signal::{Ec2State, InstanceAction, LifecycleAction, Purpose, Transition};
use crate::task::{Owner, Service, Task};
use crate::trigger::{Trigger, Triggers};

use super::scene::{at, hook, seconds};

/// Returns times near the beginning of the tests, on either side of it, and the first and the last timestamp.
pub(super) fn any_moment() -> BoxedStrategy<Timestamp> {
    prop_oneof![
        8 => (-7200_i64..7200).prop_map(at),
        2 => (-300_000_i64..300_000).prop_map(at),
        1 => Just(Timestamp::MIN),
        1 => Just(Timestamp::MAX),
    ]
    .boxed()
}

pub(super) fn any_length() -> BoxedStrategy<std::time::Duration> {
    prop_oneof![
        8 => (0_u64..7200).prop_map(seconds),
        1 => Just(std::time::Duration::MAX),
        1 => Just(std::time::Duration::ZERO),
    ]
    .boxed()
}

pub(super) fn any_action(transition: Transition) -> BoxedStrategy<LifecycleAction> {
    let hooks = prop::sample::select(vec!["ebb", "ebb-launch", "other"]);
    (any_moment(), hooks, prop::sample::select(vec!["", "a", "b"]), any::<bool>())
        .prop_map(move |(at, hook, token, to_warm_pool)| LifecycleAction {
            transition,
            group: "web".to_owned(),
            hook: hook.to_owned(),
            ec2_instance: "i-1".to_owned(),
            token: token.to_owned(),
            at,
            to_warm_pool,
        })
        .boxed()
}

pub(super) fn any_triggers() -> BoxedStrategy<Triggers> {
    use prop::option::weighted;
    let interruption = prop::sample::select(vec![
        InstanceAction::Terminate,
        InstanceAction::Stop,
        InstanceAction::Hibernate,
    ]);
    let state =
        prop::sample::select(vec![Ec2State::Stopping, Ec2State::Stopped, Ec2State::Terminated]);
    let purpose =
        prop::sample::select(vec![Purpose::Settle, Purpose::Heartbeat, Purpose::Deadline]);
    let rechecks = prop::collection::vec((purpose, any_moment()), 0..3);
    let interruptions =
        weighted(0.2, prop::collection::btree_set((any_moment(), interruption), 1..3));
    let interruptions = interruptions.prop_map(Option::unwrap_or_default);
    let events = (
        weighted(0.3, any_action(Transition::Terminating)),
        weighted(0.2, any_action(Transition::Launching)),
        interruptions,
        weighted(0.2, any_moment()),
        weighted(0.2, state),
        weighted(0.2, (Just("RETIREMENT".to_owned()), any_moment())),
    );
    let carried = weighted(0.1, any_moment());
    (events, any::<bool>(), any::<bool>(), weighted(0.4, any_moment()), (rechecks, carried))
        .prop_map(|(events, last_task_stopped, registered, sweep, (rechecks, carried))| {
            let (terminating, launching, interruptions, recommended_at, state, change) = events;
            let interruptions = interruptions.into_iter();
            let triggers = terminating.map(Trigger::Terminating).into_iter();
            triggers
                .chain(launching.map(Trigger::Launching))
                .chain(interruptions.map(|(at, action)| Trigger::SpotInterruption { at, action }))
                .chain(recommended_at.map(|at| Trigger::RebalanceRecommendation { at }))
                .chain(state.map(Trigger::Ec2State))
                .chain(change.map(|(code, starts_at)| Trigger::ScheduledChange { code, starts_at }))
                .chain(last_task_stopped.then_some(Trigger::LastTaskStopped))
                .chain(registered.then_some(Trigger::Registered))
                .chain(carried.map(|end| Trigger::SpotDeadline { end }))
                .chain(sweep.map(|minute| Trigger::Sweep { minute }))
                .chain(rechecks.into_iter().map(|(purpose, at)| Trigger::Recheck { purpose, at }))
                .collect()
        })
        .boxed()
}

pub(super) fn any_attribute() -> BoxedStrategy<DrainAttribute> {
    use prop::option::of;
    let action = (any_moment(), prop::sample::select(vec!["", "a", "b"]))
        .prop_map(|(at, token)| RememberedAction::new(at, token));
    let moment = || of(any_moment());
    let moments = (moment(), moment(), moment(), moment(), moment());
    (of(action), moments, of(any_moment()), of(any_moment()), any::<bool>())
        .prop_map(|(action, (a, b, c, d, e), agent_lost_since, in_service_since, gone)| {
            DrainAttribute {
                draining_since: a,
                task_count: a.map(|_| TaskCount { tasks: 1, after: 5 }),
                non_holding: a.map(|_| 1),
                action,
                interrupted_at: b,
                rebalance_until: c,
                recommended_at: e,
                replace_at: d,
                gone,
                agent_lost_since,
                in_service_since,
            }
        })
        .boxed()
}

pub(super) fn any_described() -> BoxedStrategy<Described> {
    let status = prop_oneof![
        2 => Just(Status::Active),
        4 => Just(Status::Draining),
        1 => Just(Status::Inactive),
        1 => Just(Status::Other("REGISTERING".to_owned())),
    ];
    let attribute = prop::option::of(any_attribute());
    (status, any::<bool>(), 0_u32..3, attribute, any::<bool>())
        .prop_map(|(status, agent_connected, tasks, attribute, attribute_fits)| Described {
            status,
            agent_connected,
            tasks,
            registered_at: None,
            attribute,
            holds_resources: tasks == 0 && agent_connected,
            attribute_fits,
            left_behind: Vec::new(),
        })
        .boxed()
}

pub(super) fn any_task() -> BoxedStrategy<Task> {
    let service = prop::option::of(any::<bool>().prop_map(|daemon| Service {
        daemon,
        desired: u32::MAX,
        minimum_healthy_percent: 100,
        maximum_percent: u32::MAX,
        load_balanced: daemon,
    }));
    let owner = prop_oneof![
        Just(Owner::Standalone),
        service.prop_map(|service| Owner::Service { name: "api".to_owned(), service }),
    ];
    let stopped_at = prop::option::of(any_moment());
    let stop_time = prop::option::of(any_length());
    let policy = prop::option::of(any_standalone());
    (owner, any::<bool>(), any::<bool>(), stopped_at, stop_time, policy)
        .prop_map(|(owner, stopped, stopping, stopped_at, stop_time, policy)| Task {
            arn: "task/t".to_owned(),
            owner,
            definition: "t:1".to_owned(),
            stopped,
            stopping,
            stopping_since: stopped_at,
            stopped_by_ebb: false,
            stopped_at,
            stop_time,
            policy,
        })
        .boxed()
}

pub(super) fn any_standalone() -> BoxedStrategy<StandalonePolicy> {
    prop::sample::select(vec![
        StandalonePolicy::Wait,
        StandalonePolicy::Stop,
        StandalonePolicy::Ignore,
    ])
    .boxed()
}

pub(super) fn any_policy() -> BoxedStrategy<Policy> {
    let rebalance = prop::sample::select(vec![
        RebalancePolicy::Auto,
        RebalancePolicy::Replace,
        RebalancePolicy::Drain,
    ]);
    let change = prop_oneof![
        Just(ScheduledChangePolicy::Note),
        any_length().prop_map(|ahead| ScheduledChangePolicy::Replace { ahead }),
    ];
    let lengths = (any_length(), any_length(), any_length(), any_length(), any_length());
    let drain_timeout = prop::option::of(any_length());
    (drain_timeout, any_standalone(), rebalance, change, lengths, any::<bool>())
        .prop_map(|(drain_timeout, standalone, rebalance, scheduled_change, lengths, launches)| {
            Policy {
                hooks: ["ebb".to_owned()].into(),
                launch_hooks: launches.then(|| "ebb-launch".to_owned()).into_iter().collect(),
                drain_timeout,
                standalone,
                rebalance,
                scheduled_change,
                settle_time: lengths.0,
                daemon_grace: lengths.1,
                stop_margin: lengths.2,
                rebalance_drain: lengths.3,
                launch_timeout: lengths.4,
                ..Policy::default()
            }
        })
        .boxed()
}

/// Answers of AWS to each question. Questions in `silent` get no answer.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    pub(super) described: Option<Described>,
    pub(super) tasks: Vec<Task>,
    pub(super) member: Option<&'static str>,
    pub(super) hooks: Option<Vec<Hook>>,
    pub(super) group: Option<Group>,
    pub(super) group_uses_ecs: bool,
    pub(super) activities: Option<Activities>,
    pub(super) silent: Vec<Question>,
    pub(super) refuses_to_drain: bool,
}

pub(super) fn any_answers() -> BoxedStrategy<Answers> {
    use prop::option::weighted;
    let member = prop::sample::select(vec![
        "InService",
        "Pending:Wait",
        "Terminating",
        "Terminating:Wait",
        "Terminating:Wait",
        "Terminating:Retained",
        "Warmed:Pending:Wait",
        "Warmed:Stopped",
        "ReplacingRootVolume:Wait",
        "RootVolumeReplaced",
    ]);
    let hooks = any_length().prop_map(|timeout| {
        let terminating = Hook { heartbeat_timeout: timeout, ..hook("ebb", 3600) };
        let launching = Hook { launching: true, name: "ebb-launch".to_owned(), ..terminating };
        vec![hook("ebb", 30), Hook { global_timeout: timeout, ..hook("ebb", 3600) }, launching]
    });
    let activities = (prop::option::of(any_moment()), prop::option::of(any_moment()))
        .prop_map(|(launched_at, terminating_since)| Activities { launched_at, terminating_since });
    let questions = prop::sample::select(vec![
        Question::ContainerInstance,
        Question::Description,
        Question::Tasks,
        Question::RunningTasks,
        Question::ServiceTasks,
        Question::Services,
        Question::StopTimes,
        Question::ServiceStopTimes,
        Question::Stuck,
        Question::Member,
        Question::Hooks,
        Question::Group,
        Question::GroupUsesEcs,
        Question::GroupDraining,
        Question::Activities,
    ]);
    (
        (weighted(0.9, any_described()), prop::collection::vec(any_task(), 0..4)),
        (weighted(0.9, member), weighted(0.9, hooks)),
        (weighted(0.9, Just(Group::default())), any::<bool>(), weighted(0.9, activities)),
        (prop::collection::vec(questions, 0..2), any::<bool>()),
    )
        .prop_map(|((described, tasks), (member, hooks), group, (silent, refuses_to_drain))| {
            let (group, group_uses_ecs, activities) = group;
            Answers {
                described,
                tasks,
                member,
                hooks,
                group,
                group_uses_ecs,
                activities,
                silent,
                refuses_to_drain,
            }
        })
        .boxed()
}
