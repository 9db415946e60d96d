//! Claims about requests with any content, for the tests and the fuzz target `wire`.

use std::sync::LazyLock;

use serde_json::json;
use sim::deployment::Deployment;
use sim::scenario::{Scenario, Switches};
use sim::{Classified, World, classify};

/// Most requests in one input. A request can then meet the effects of earlier ones.
const MOST_REQUESTS: usize = 8;

static WORLD: LazyLock<Option<(Deployment, Scenario)>> = LazyLock::new(|| {
    let deployment = json!({
        "queue": [{"name": "q"}],
        "rule": [{"name": "r", "pattern": {"source": ["my.app"]}, "target": "q"}],
    });
    let scenario = json!({
        "group": [{
            "name": "web", "cluster": "shop", "instances": 2, "tags": {"team": "shop"},
            "hook": [{"name": "ebb"}], "warm_pool": {"instances": 1},
        }],
        "service": [{
            "name": "api", "cluster": "shop", "desired": 2, "deregistration_delay": "30s",
            "scaling": {"min": 1, "max": 4},
        }],
        "standalone": [{"family": "report", "cluster": "shop", "on": "i-web-1"}],
        "trigger": [{
            "name": "import", "queue": "imports", "mapping": "5c1f4e9a-1111-4222-8333-9a0b1c2d3e4f",
            "run_task": {"cluster": "shop", "family": "report"},
        }],
        "schedule": [{
            "name": "nightly", "every": "24h", "run_task": {"cluster": "shop", "family": "report"},
        }],
        "topic": [{"name": "ops", "subscription": [{"queue": "q"}]}],
        "secret": [{"name": "mail", "value": "none"}],
    });
    Some((serde_json::from_value(deployment).ok()?, serde_json::from_value(scenario).ok()?))
});

/// Returns a world with a resource of every kind.
pub fn world() -> World {
    let mut world = World::new(1, Switches::default());
    let (deployment, scenario) = WORLD.as_ref().expect("a deployment and a scenario");
    world.deploy(deployment.clone()).expect("no mistakes");
    world.play(scenario).expect("no mistakes");
    world
}

/// Fails if a request is not classified, or if the world answers no caller afterwards. A zero byte divides the
/// requests. A request has its `x-amz-target` in the first line (empty: none), its URI in the second, and then its
/// body.
pub fn any_requests_are_classified(bytes: &[u8]) {
    let mut world = world();
    for request in bytes.split(|byte| *byte == 0).take(MOST_REQUESTS) {
        let mut lines = request.splitn(3, |byte| *byte == b'\n');
        let mut line = || lines.next().unwrap_or_default();
        let target = String::from_utf8_lossy(line());
        let uri = String::from_utf8_lossy(line());
        let target = Some(target.as_ref()).filter(|target| !target.is_empty());
        is_true_to_its_class(&classify(&mut world, target, &uri, line()));
    }
    let target = Some("AmazonEC2ContainerServiceV20141113.ListClusters");
    assert_eq!(classify(&mut world, target, "/", b"{}"), Classified::Answered);
}

/// Asserts that a result fits its class.
fn is_true_to_its_class(classified: &Classified) {
    match classified {
        Classified::Answered => {}
        Classified::Refused(error) => {
            assert!(matches!(error.status, 400..=599), "{error:?}");
            let letters =
                |code: &str| code.chars().all(|it| it.is_ascii_alphanumeric() || it == '.');
            assert!(!error.code.is_empty() && letters(&error.code), "{error:?}");
        }
        Classified::Unknown(_) => {}
        Classified::Malformed(why) => assert!(!why.is_empty()),
    }
}
