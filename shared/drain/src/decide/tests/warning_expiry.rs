use super::scene::*;
use crate::attribute::DrainAttribute;
use crate::reason::Reason;
use crate::signal::Purpose;

/// Second at which a Spot warning of second 0 has expired without effect.
const EXPIRY: i64 = 2 * MINUTE + 10 * MINUTE;

fn warned() -> Scene {
    scene().in_service().leaving_since(None).warned_of_spot(0).now(1)
}

fn drained() -> Scene {
    scene().in_service().leaving_since(None).draining().with_spot_deadline(2 * MINUTE)
}

#[test]
fn rule_16_warning_that_cannot_be_recorded_gets_a_recheck_at_its_expiry() {
    let full = warned().without_room_for_an_attribute();

    for scene in [full.clone(), full.with(standalone("import"))] {
        let decided = scene.decided();

        assert!(decided.rechecks(Purpose::Deadline).contains(&EXPIRY));
        assert_eq!(decided.last().spot_deadline(), Some(at(2 * MINUTE)));
    }
    let recorded = warned().with(standalone("import")).decided();
    assert!(!recorded.rechecks(Purpose::Deadline).contains(&EXPIRY));
}

#[test]
fn rule_16_warning_whose_record_was_refused_gets_a_recheck_at_its_expiry() {
    let rechecked = |second| drained().rechecked(Purpose::Deadline, second).decided();

    assert!(rechecked(2 * MINUTE).rechecks(Purpose::Deadline).contains(&EXPIRY));
    assert!(!rechecked(MINUTE).rechecks(Purpose::Deadline).contains(&EXPIRY));
}

#[test]
fn rule_16_instance_that_outlives_an_unrecorded_warning_becomes_active() {
    let scene = drained().without_room_for_an_attribute().with(replica("api"));

    let decided = scene.rechecked(Purpose::Deadline, EXPIRY).decided();

    assert_eq!(decided.reason(), Reason::WarningExpired);
    assert_eq!(decided.visible_actions(), ["set to ACTIVE"]);
    assert!(decided.written().is_none_or(|value| value == DrainAttribute::default()));
}
